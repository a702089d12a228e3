import { TASK_VARIABLES } from "../../../engines/container/task-variables.ts";
import { CONTAINER, podTemplate } from "../../../engines/kubernetes/pod-spec.ts";
import { podResources } from "../../../engines/kubernetes/pod-resources.ts";
import { stepJobs } from "../../../launch/engines/step-jobs.ts";
import { podOptionsOf } from "../../pods/pod-options-of.ts";
import { podReasons } from "../../pods/pod-reasons.ts";
import { pythonLiteral } from "../python-literal.ts";
import type { AirflowOperator } from "./airflow-operator.ts";

const { tellSize, tellCase, tellRun } = TASK_VARIABLES;

/**
 * Pods, as the engine `kubernetes` would make them, in the cluster of Airflow's connection. What a task tells is the message
 * with which its container ends: a sidecar would need an image of its own.
 */
export const podOperator: AirflowOperator = {
  engine: "kubernetes",
  call: "pod",
  prelude: String.raw`
from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from kubernetes.client import models as k8s

# Until its container starts: the cluster may have to get a node first.
START_S = 24 * 3600
MESSAGE = "/dev/termination-log"
TELLS_MESSAGE = ${pythonLiteral({ items: tellSize, case: tellCase, run: tellRun })}


class StepPod(KubernetesPodOperator):
    template_fields = ("variables",)
    template_ext = ()

    def __init__(self, *, variables, within, tells, resources, **more):
        super().__init__(**more)
        self.variables = variables
        self.within = within
        self.tells = tells
        self.resources_by_attempt = resources

    def execute(self, context):
        said = said_to_task(self.variables, self.within)
        if self.tells is not None:
            said[TELLS_MESSAGE[self.tells]] = MESSAGE
        # A cluster would put other variables in for $(NAME), and takes $$ for one $.
        self.env_vars = [k8s.V1EnvVar(name=name, value=value.replace("$", "$$")) for name, value in said.items()]
        if len(self.resources_by_attempt) > 1:
            self.container_resources = k8s.V1ResourceRequirements(
                **at_attempt(self.resources_by_attempt, context["ti"], self.retries)
            )
        super().execute(context)
        if self.tells is None:
            return None
        text = self.message()
        value = json.dumps(list(range(int(text))) if self.tells == "items" else text)
        context["ti"].xcom_push(key="return_value", value=value)
        return value

    def message(self):
        for status in self.remote_pod.status.container_statuses or []:
            if status.name == self.base_container_name and status.state.terminated is not None:
                return status.state.terminated.message or ""
        raise RuntimeError("the cluster does not say how the container of %s has ended" % self.remote_pod.metadata.name)


def pod(name, step, namespace, container, template, resources, at="", within=None, tells=None, **more):
    tasks[name] = StepPod(
        variables=told_by_airflow(step, at, more.get("concludes", False)),
        within=within,
        tells=tells,
        resources=resources,
        namespace=namespace,
        pod_template_dict={"apiVersion": "v1", "kind": "Pod", **template},
        base_container_name=container,
        startup_timeout_seconds=START_S,
        get_logs=True,
        deferrable=False,
        log_pod_spec_on_failure=False,
        do_xcom_push=False,
        **common(name, **more),
    )
`,
  refusals: (plan, { needs }) => podReasons(plan, { step: needs.step, target: "Airflow" }),
  keywords(plan, { step, task, isFinishing }) {
    const { needs } = task;
    const options = podOptionsOf(plan, needs);
    const all = isFinishing ? [needs] : stepJobs(plan.graph, step, plan.settings);
    return {
      step: isFinishing ? null : step,
      namespace: options.namespace,
      container: CONTAINER,
      template: podTemplate(task, options),
      resources: all.map((job) => podResources(job, options)),
    };
  },
};
