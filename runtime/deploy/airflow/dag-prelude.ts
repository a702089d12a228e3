import { TASK_VARIABLES } from "../../engines/container/task-variables.ts";
import { pythonLiteral } from "./python-literal.ts";

/** Of every file: what its tasks are made with. Runs on Airflow 2.10, 2.11 and 3. */
export const DAG_PRELUDE = String.raw`import hashlib
import json
import random
import re
import shlex
import time
from datetime import datetime, timedelta, timezone

from airflow.timetables.trigger import CronTriggerTimetable
from jinja2 import pass_context

try:  # Airflow 3
    from airflow.sdk import DAG, Asset, AssetAny, AssetOrTimeSchedule, Param, task_group
    from airflow.sdk.exceptions import AirflowSkipException
except ImportError:
    from airflow import DAG
    from airflow.datasets import Dataset as Asset, DatasetAny as AssetAny
    from airflow.decorators import task_group
    from airflow.exceptions import AirflowSkipException
    from airflow.models.param import Param
    from airflow.timetables.datasets import DatasetOrTimeSchedule

    def AssetOrTimeSchedule(timetable, assets):
        return DatasetOrTimeSchedule(timetable=timetable, datasets=assets)

try:
    from airflow.timetables.trigger import MultipleCronTriggerTimetable
except ImportError:

    def MultipleCronTriggerTimetable(*crons, timezone):
        raise NotImplementedError("several schedules of one flow need Airflow 3")

try:
    from airflow.providers.standard.operators.bash import BashOperator
    from airflow.providers.standard.operators.python import PythonOperator
    from airflow.providers.standard.sensors.python import PythonSensor
except ImportError:  # Airflow 2.10
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import PythonOperator
    from airflow.sensors.python import PythonSensor

# Each task by its name.
tasks = {}
# Texts that Airflow would take for templates, or for names of files that hold one.
plain_texts = []


def plain(text):
    plain_texts.append(text)
    return "{{ millrace_plain[%d] }}" % (len(plain_texts) - 1)


def fire(run_id):
    """The name of this execution, of what every datastore allows in a name."""
    name = re.sub("[^A-Za-z0-9_-]+", "-", run_id)
    return "%s-%s" % (name[:80], hashlib.sha256(run_id.encode()).hexdigest()[:12])


def is_last_try(ti):
    return ti.try_number > ti.max_tries


@pass_context
def trigger(context):
    run = context["dag_run"]
    said = {}
    if getattr(run.run_type, "value", run.run_type) in ("scheduled", "backfill") and run.logical_date is not None:
        said["scheduledAt"] = run.logical_date.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    events = context.get("triggering_asset_events") or context.get("triggering_dataset_events") or {}
    runs = [(event.extra or {}).get("run") for its in events.values() for event in its]
    said["runs"] = list(dict.fromkeys(one for one in runs if one))
    given = {name: value for name, value in (run.conf or {}).items() if value is not None}
    said["parameters"] = {name: value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
    return json.dumps(said)


@pass_context
def finish(context):
    ti = context["ti"]
    if hasattr(ti, "get_task_states"):  # Airflow 3
        states = ti.get_task_states(dag_id=ti.dag_id, task_ids=[END], run_ids=[ti.run_id])
        state = states.get(ti.run_id, {}).get(END)
    else:
        state = context["dag_run"].get_task_instance(END).state
    return "succeeded" if state == "success" else "failed"


TEMPLATES = {
    "millrace_plain": plain_texts,
    "millrace_fire": fire,
    "millrace_is_last_try": is_last_try,
    "millrace_trigger": trigger,
    "millrace_finish": finish,
}


def told_by_airflow(step, at, concludes=False):
    """Variables of a task that only the run knows; no step records the end of the run."""
    said = {${pythonLiteral(TASK_VARIABLES.fire)}: "{{ millrace_fire(run_id) }}", ${pythonLiteral(TASK_VARIABLES.at)}: at}
    if concludes:
        said[${pythonLiteral(TASK_VARIABLES.conclude)}] = "{{ '1' if millrace_is_last_try(ti) else '' }}"
    if step == START or step is None:
        said[${pythonLiteral(TASK_VARIABLES.trigger)}] = "{{ millrace_trigger() }}"
    if step is None:
        said[${pythonLiteral(TASK_VARIABLES.finish)}] = "{{ millrace_finish() }}"
    return said


def said_to_task(variables, within):
    """Of a task that is no process of this machine: with its place among the children of all splits around it."""
    at = ".".join(str(one) for one in (variables[${pythonLiteral(TASK_VARIABLES.at)}], within) if one not in (None, ""))
    return {name: value for name, value in {**variables, ${pythonLiteral(TASK_VARIABLES.at)}: at}.items() if value != ""}


def retry_of(ti, retries):
    """How many attempts there were before, also where a person has cleared the task."""
    return ti.try_number - 1 - (ti.max_tries - retries)


def at_attempt(values, ti, retries):
    return values[max(0, min(retry_of(ti, retries), len(values) - 1))]


def tell_finish(asset):
    """Which run it was goes to the flows that follow."""

    def tell(context, result):
        context["outlet_events"][asset].extra = {"run": json.loads(result) if isinstance(result, str) else result}

    return {"outlets": [asset], "post_execute": tell}


def common(name, meets=False, guard=None, asset=None, delays=(), jitter=False, most=None, concludes=False, limit=None):
    """What operators of every kind are told. Airflow itself waits as long as before the first retry; the rest is waited here."""

    def before(context):
        ti = context["ti"]
        check(guard, ti)
        retry = retry_of(ti, retries)
        if 1 < retry <= len(delays) or (retry == 1 and jitter and delays):
            wanted = delays[retry - 1] * (1 + random.random() / 2 if jitter else 1)
            time.sleep(max(0, min(wanted, wanted if most is None else most) - delays[0]))

    retries = len(delays) + (1 if concludes else 0)
    return {
        "task_id": name,
        "trigger_rule": "none_failed_min_one_success" if meets else "all_success",
        "retries": retries,
        "retry_delay": timedelta(seconds=delays[0] if delays else 0),
        "pre_execute": before,
        "max_active_tis_per_dagrun": limit,
        **({} if asset is None else tell_finish(Asset(asset))),
    }


def told(ti, name, map_index):
    """What a task has told of itself; None where it was passed over."""
    value = ti.xcom_pull(task_ids=name, map_indexes=map_index)
    return json.loads(value) if isinstance(value, str) else value


def items_of(ti, split, around, within):
    """Where the children of a foreach stand: numbers with a dot between, those of the enclosing ones first."""
    outer = [""] if around is None else list(ti.xcom_pull(task_ids=around))
    found = []
    for index, at in enumerate(outer):
        its = told(ti, split, -1 if around is None else index)
        at = ".".join(part for part in (at, within) if part)
        found += ["%s.%d" % (at, item) if at else str(item) for item in its or []]
    return found


def items(name, split, around, within):
    tasks[name] = PythonOperator(
        task_id=name, python_callable=items_of, op_kwargs={"split": split, "around": around, "within": within}, retries=2
    )


def check(guard, ti):
    """Passes over what its switch did not choose. (Airflow 3.3 forgets what a branch skips within a mapped group.)"""
    if guard is not None and told(ti, guard["of"], ti.map_index) not in guard["cases"]:
        raise AirflowSkipException("%s chose another case" % guard["of"])


def follow(ti, guard):
    check(guard, ti)


def way(name, guard):
    tasks[name] = PythonOperator(task_id=name, python_callable=follow, op_kwargs={"guard": guard}, retries=2)


def each(group_id, over, define):
    """What runs for each entry of a list that a task made."""

    @task_group(group_id=group_id, prefix_group_id=False)
    def group(at):
        define(at)

    group.expand(at=tasks[over].output)


def is_of_pause(run):
    """Airflow makes up for instants at which the DAG was paused."""
    at = None if run.logical_date is None else run.logical_date.timestamp()
    return at is not None and any(begin < at <= end for begin, end in PAUSES)


def earlier_run(ti, dag_run):
    """True where an earlier run by schedule still goes on."""
    source = ti if hasattr(ti, "get_task_states") else dag_run
    return dag_run.logical_date is not None and source.get_previous_dagrun(state="running") is not None


def is_by_schedule(dag_run):
    return getattr(dag_run.run_type, "value", dag_run.run_type) == "scheduled"


def skip_pause(dag_run):
    if is_by_schedule(dag_run) and is_of_pause(dag_run):
        raise AirflowSkipException("the deployment was paused at that instant")


def skip_overlap(ti, dag_run):
    skip_pause(dag_run)
    if is_by_schedule(dag_run) and earlier_run(ti, dag_run):
        raise AirflowSkipException("the run before still goes on, and the schedule says overlap: skip")


def is_its_turn(ti, dag_run):
    skip_pause(dag_run)
    return not is_by_schedule(dag_run) or not earlier_run(ti, dag_run)


def begin_at_once():
    tasks[BEGIN] = PythonOperator(task_id=BEGIN, python_callable=skip_pause, retries=2)


def begin_without_overlap():
    tasks[BEGIN] = PythonOperator(task_id=BEGIN, python_callable=skip_overlap, retries=2)


def begin_in_turn():
    tasks[BEGIN] = PythonSensor(
        task_id=BEGIN, python_callable=is_its_turn, mode="reschedule", poke_interval=15, timeout=3600 * 24 * 365
    )


def link(before_by_name):
    """What waits for what; and the last task of all, which records how the run has ended."""
    for name, before in before_by_name.items():
        for one in before:
            tasks[one] >> tasks[name]
    for name, task in tasks.items():
        if name not in (BEGIN, FINISH):
            task >> tasks[FINISH]
    if BEGIN in tasks:
        tasks[BEGIN] >> tasks[START_TASK]
        tasks[FINISH].as_teardown(setups=tasks[BEGIN])
    else:
        tasks[FINISH].as_teardown()
`;
