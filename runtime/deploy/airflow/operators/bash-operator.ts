import { TASK_VARIABLES } from "../../../engines/container/task-variables.ts";
import { pythonLiteral } from "../python-literal.ts";
import type { AirflowOperator } from "./airflow-operator.ts";

const { at, step, tellItems, tellCase, tellRun } = TASK_VARIABLES;

/** Processes of Airflow's own workers, which have the package on their path. */
export const bashOperator: AirflowOperator = {
  engine: "local",
  call: "bash",
  prelude: String.raw`

TELLS = ${pythonLiteral({ items: tellItems, case: tellCase, run: tellRun })}


def bash(name, command, env, at="", within=None, tells=None, **more):
    """A process of the worker. What it tells is its last line, which Airflow keeps."""
    script = " ".join(shlex.quote(word) for word in command)
    if tells is not None:
        script = 'told="$(mktemp -d)" && trap \'rm -rf "$told"\' EXIT\n%s="$told/told.json" %s && echo && cat "$told/told.json"' % (
            TELLS[tells],
            script,
        )
    if within is not None and isinstance(at, str):
        at = within
    elif within is not None:
        script = 'export ${at}="$${at}.%s"\n%s' % (within, script)
    tasks[name] = BashOperator(
        bash_command=plain(script),
        env={
            **{one: plain(value) for one, value in env.items()},
            **told_by_airflow(env.get(${pythonLiteral(step)}), at, more.get("concludes", False)),
        },
        append_env=True,
        do_xcom_push=tells is not None,
        **common(name, **more),
    )
`,
  refusals: () => [],
  keywords: (_plan, { task: { command, env } }) => ({ command, env }),
};
