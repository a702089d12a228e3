import { parseS3Location } from "../../../datastore/s3/s3-location.ts";
import { fireKey } from "../../../datastore/kinds/fire.ts";
import { toldFolder } from "../../../datastore/telling-task.ts";
import { BATCH_SETTINGS } from "../../../engines/batch/batch-settings.ts";
import { stepOptions } from "../../../engines/batch/step-options.ts";
import { TASK_VARIABLES } from "../../../engines/container/task-variables.ts";
import { gpuVariables } from "../../../engines/jobs/gpu-variables.ts";
import type { StepJob } from "../../../engines/jobs/job-service.ts";
import { fireName } from "../../../launch/deployed/fire-name.ts";
import { stepJobs } from "../../../launch/engines/step-jobs.ts";
import { batchSettingsOf } from "../../batch/batch-settings-of.ts";
import { jobDefinitionOf, ownEnv } from "../../batch/job-definition-of.ts";
import { jobName, jobResources, jobTimeoutS } from "../../batch/job-resources.ts";
import type { DeploymentPlan } from "../../deployer.ts";
import { pythonLiteral } from "../python-literal.ts";
import type { AirflowOperator } from "./airflow-operator.ts";

/** Stands for the execution, which only the run knows. */
const FIRE = "x";

/**
 * Jobs of AWS Batch, by Airflow's connection to AWS. What a task tells is read in the datastore, a bucket, under a key that
 * can be computed.
 */
export const jobOperator: AirflowOperator = {
  engine: "batch",
  call: "job",
  prelude: String.raw`
from airflow.providers.amazon.aws.hooks.s3 import S3Hook
from airflow.providers.amazon.aws.operators.batch import BatchOperator


class StepJob(BatchOperator):
    template_fields = ("variables",)
    template_ext = ()

    def __init__(self, *, variables, within, tells, told, resources, **more):
        super().__init__(**more)
        self.variables = variables
        self.within = within
        self.tells = tells
        self.told = told
        self.resources_by_attempt = resources

    def execute(self, context):
        said = said_to_task(self.variables, self.within)
        needs = at_attempt(self.resources_by_attempt, context["ti"], self.retries)
        self.container_overrides = {
            "environment": [{"name": name, "value": value} for name, value in said.items()],
            "resourceRequirements": [{"type": name, "value": value} for name, value in needs.items()],
        }
        super().execute(context)
        return None if self.tells is None else json.dumps(self.what_was_told(said))

    def what_was_told(self, said):
        fire, at = said[${pythonLiteral(TASK_VARIABLES.fire)}], said.get(${pythonLiteral(TASK_VARIABLES.at)}, "")
        if self.tells == "run":
            key = "%s%s.json" % (self.told["fires"], fire)
        else:
            task = "%s-%s" % (self.told["step"], at) if at else self.told["step"]
            key = "%s%s/%s.%s.json" % (self.told["tasks"], fire, task, self.tells)
        store = S3Hook(aws_conn_id=self.aws_conn_id, region_name=self.region_name)
        value = json.loads(store.read_key(key, self.told["bucket"]))
        return "%s/%s" % (self.told["flow"], value["run"]) if self.tells == "run" else value


def job(name, step, env, resources, told, at="", within=None, tells=None, **more):
    request = {one: more.pop(one) for one in ("job_name", "job_definition", "job_queue", "tags", "region_name", "submit_job_timeout")}
    tasks[name] = StepJob(
        variables={
            **{one: plain(value) for one, value in env.items()},
            **told_by_airflow(step, at, more.get("concludes", False)),
        },
        within=within,
        tells=tells,
        told=told,
        resources=resources,
        deferrable=False,
        # The end of the job alone ends it: it may wait in its queue for days, and has a time limit of its own.
        max_retries=10**9,
        do_xcom_push=tells is not None,
        **request,
        **common(name, **more),
    )
`,
  refusals(plan, { needs }) {
    return [
      ...(optionsOf(plan, needs).queue === null
        ? [`nothing names the job queue of AWS Batch: @batch({ queue }), or ${BATCH_SETTINGS.queue.variable}`]
        : []),
      ...(needs.options["overrides"] === undefined ? [] : ["@batch({ overrides }): Airflow writes the request"]),
    ];
  },
  keywords(plan, { step, task, isFinishing }) {
    const { version, graph, store } = plan;
    const { needs, env } = task;
    const options = optionsOf(plan, needs);
    const all = isFinishing ? [needs] : stepJobs(graph, step, plan.settings);
    const { bucket, prefix } = parseS3Location(store.storage.location);
    const labels = { "millrace.flow": graph.flow, "millrace.step": step, "millrace.deployment": plan.name };
    return {
      step: isFinishing ? null : step,
      env: { ...gpuVariables(needs.gpu), ...ownEnv(task) },
      resources: all.map((job) => jobResources(job, { isFargate: options.platform === "FARGATE" })),
      told: {
        ...{ bucket, flow: version.flow, step },
        tasks: before(`${prefix}${toldFolder({ deployment: plan.name, fire: FIRE })}`, FIRE),
        fires: before(`${prefix}${fireKey(plan.name, fireName(version.target, FIRE))}`, `${FIRE}.json`),
      },
      job_name: jobName({ deployment: plan.name, title: isFinishing ? "finish" : step }),
      job_definition: jobDefinitionOf(task, options).jobDefinitionName,
      job_queue: options.queue,
      tags: { ...labels, ...options.tags },
      region_name: env["AWS_REGION"] ?? null,
      submit_job_timeout: jobTimeoutS(needs),
    };
  },
};

function optionsOf(plan: DeploymentPlan, needs: StepJob) {
  return stepOptions(needs, batchSettingsOf(plan));
}

function before(key: string, end: string): string {
  return key.slice(0, -end.length);
}
