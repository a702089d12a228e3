"""Reads files of DAGs as Airflow does, and with `run` executes each DAG to its end without a scheduler. Prints JSON by name of the
DAG: how many tasks it has; the state in which it ended; or with `pods` what its tasks' operators would ask a cluster for."""

import json
import sys

try:  # Airflow 3
    from airflow.dag_processing.dagbag import DagBag
except ImportError:
    from airflow.models import DagBag


def pods(dag):
    from kubernetes.client import ApiClient

    client = ApiClient()
    return {
        task.task_id: client.sanitize_for_serialization(task.build_pod_request_obj(dry_run=True))
        for task in dag.tasks
        if hasattr(task, "build_pod_request_obj")
    }


ASKED = {"read": lambda dag: len(dag.tasks), "run": lambda dag: str(dag.test().state.value), "pods": pods}
command, *files = sys.argv[1:]
found = {}
for file in files:
    bag = DagBag(file)
    for name, error in bag.import_errors.items():
        print(error, file=sys.stderr)
        found[name] = "not a DAG"
    for name, dag in bag.dags.items():
        found[name] = ASKED[command](dag)
print("\n" + json.dumps(found))
