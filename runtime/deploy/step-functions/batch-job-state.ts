import { stepOptions } from "../../engines/batch/step-options.ts";
import type { BatchSettings } from "../../engines/batch/batch-settings.ts";
import { gpuVariables } from "../../engines/jobs/gpu-variables.ts";
import type { StepJob } from "../../engines/jobs/job-service.ts";
import { jobDefinitionOf, ownEnv } from "../batch/job-definition-of.ts";
import { jobName, jobResources, jobTimeoutS } from "../batch/job-resources.ts";
import type { DeployedTask } from "../deployed-task.ts";
import { type AslNext, type AslState, aslValue, caughtBy } from "./asl-machine.ts";
import { SERVICE_RETRIES } from "./service-retries.ts";

export interface BatchJobOptions extends AslNext {
  readonly flow: string;
  readonly deployment: string;
  /** What the job is called in lists: the step, or what it does for it. */
  readonly title: string;
  readonly settings: BatchSettings;
  /** Variables that differ from task to task. */
  readonly env: Readonly<Record<string, string | { readonly path: string }>>;
  /** What attempt after attempt needs: the last counts for all further ones. */
  readonly needs: readonly StepJob[];
  /** Of the step's own attempts. */
  readonly retries: readonly object[];
  /** How many attempts these make. */
  readonly attempts: number;
}

/** A state that starts a job of AWS Batch, waits for its end, and leaves the data of the execution as they are. */
export function batchJobState(task: DeployedTask, of: BatchJobOptions): AslState {
  const options = stepOptions(task.needs, of.settings);
  const timeoutS = jobTimeoutS(task.needs);
  const labels = { "millrace.flow": of.flow, "millrace.step": task.needs.step, "millrace.deployment": of.deployment };
  return {
    Type: "Task",
    Resource: "arn:aws:states:::batch:submitJob.sync",
    Parameters: {
      JobName: jobName(of),
      JobQueue: options.queue ?? "",
      JobDefinition: jobDefinitionOf(task, options).jobDefinitionName,
      ContainerOverrides: {
        Environment: Object.entries({ ...gpuVariables(task.needs.gpu), ...ownEnv(task), ...of.env }).map(
          ([name, value]) => ({ Name: name, ...aslValue("Value", value) }),
        ),
        ResourceRequirements: requirements(of, options.platform === "FARGATE"),
      },
      Parameters: { ...labels, "millrace.fire.$": "$.fire" },
      Tags: { ...labels, ...options.tags },
      PropagateTags: true,
      ...(timeoutS === null ? {} : { Timeout: { AttemptDurationSeconds: timeoutS } }),
    },
    Retry: [...SERVICE_RETRIES.batch, ...of.retries],
    ...caughtBy(of.failed),
    ResultPath: null,
    Next: of.next,
  };
}

function requirements(of: BatchJobOptions, isFargate: boolean): readonly object[] {
  const all = of.needs.map((needs) => jobResources(needs, { isFargate }));
  return ["VCPU", "MEMORY", "GPU"].flatMap((type) => {
    const values = all.map((one) => one[type] ?? "0");
    if (values.every((value) => value === "0")) return [];
    return [{ Type: type, ...aslValue("Value", byAttempt(values, of.attempts)) }];
  });
}

/** Step Functions counts what it tried again for whatever reason; what comes after the last of the values is the last again. */
function byAttempt(values: readonly string[], attempts: number): string | { readonly path: string } {
  const [first = "", ...later] = values;
  if (later.every((value) => value === first)) return first;
  const last = values.at(-1) ?? first;
  const all = Array.from({ length: attempts + SERVICE_RETRIES.batchAttempts }, (_, at) => `'${values[at] ?? last}'`);
  return { path: `States.ArrayGetItem(States.Array(${all.join(", ")}), $$.State.RetryCount)` };
}
