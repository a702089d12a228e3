import { nodeOf } from "../../graph/flow-graph.ts";
import type { BatchSettings } from "../../engines/batch/batch-settings.ts";
import { stepJobs } from "../../launch/engines/step-jobs.ts";
import { deployedTask, finishingTask, TASK_VARIABLES } from "../deployed-task.ts";
import { batchSettingsOf } from "../batch/batch-settings-of.ts";
import type { DeploymentPlan } from "../deployer.ts";
import type { AslNext, AslState } from "./asl-machine.ts";
import { batchJobState } from "./batch-job-state.ts";
import { stepRetries } from "./step-retries.ts";

/** Of what is ours, and not the step's: a container that did not come up, a store that did not answer. */
const OWN_RETRIES = [
  { ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 5, BackoffRate: 2, MaxAttempts: 2, JitterStrategy: "FULL" },
];

export interface StepJobOptions extends AslNext {
  readonly step: string;
  /** The flow's first step decides on the run. */
  readonly isFirst: boolean;
}

/** A task of a step, with the attempts that it may take. */
export function stepJobState(plan: DeploymentPlan, { step, isFirst, ...then }: StepJobOptions): AslState {
  const { retry } = nodeOf(plan.graph, step).settings;
  return batchJobState(deployedTask(plan, step), {
    ...common(plan),
    ...then,
    title: step,
    env: { ...PLACE, ...(isFirst ? { [TASK_VARIABLES.trigger]: { path: "$.trigger" } } : {}) },
    needs: stepJobs(plan.graph, step, plan.settings),
    retries: stepRetries(retry),
    attempts: 1 + (retry?.times ?? 0),
  });
}

/** What a task does for `@catchError` once all of its attempts have failed and none of them could say so. */
export function concludingState(plan: DeploymentPlan, { step, ...then }: Omit<StepJobOptions, "isFirst">): AslState {
  return batchJobState(deployedTask(plan, step), {
    ...common(plan),
    ...then,
    title: `${step}-conclude`,
    env: { ...PLACE, [TASK_VARIABLES.conclude]: "1" },
    needs: stepJobs(plan.graph, step, plan.settings),
    retries: OWN_RETRIES,
    attempts: 1,
  });
}

/** What records that the run has failed, and calls what `@onExit` names. */
export function finishingState(plan: DeploymentPlan, then: AslNext): AslState {
  const task = finishingTask(plan);
  return batchJobState(task, {
    ...common(plan),
    ...then,
    title: "finish",
    env: { [TASK_VARIABLES.fire]: { path: "$.fire" }, [TASK_VARIABLES.finish]: "failed" },
    needs: [task.needs],
    retries: OWN_RETRIES,
    attempts: 1,
  });
}

const PLACE = { [TASK_VARIABLES.fire]: { path: "$.fire" }, [TASK_VARIABLES.at]: { path: "$.at" } };

function common(plan: DeploymentPlan): { flow: string; deployment: string; settings: BatchSettings } {
  return { flow: plan.version.flow, deployment: plan.name, settings: batchSettingsOf(plan) };
}
