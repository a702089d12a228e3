import type { JobDefinition } from "../../engines/batch/job-definition.ts";
import { stepOptions } from "../../engines/batch/step-options.ts";
import { deployedTask, finishingTask } from "../deployed-task.ts";
import type { DeploymentPlan } from "../deployer.ts";
import { batchSettingsOf } from "./batch-settings-of.ts";
import { jobDefinitionOf } from "./job-definition-of.ts";

const ENGINE = "batch";

/** Those of all jobs of a deployment, each once; none where no step runs on Batch. */
export function jobDefinitions(plan: DeploymentPlan): JobDefinition[] {
  const settings = batchSettingsOf(plan);
  const steps = plan.graph.steps.filter(({ name }) => plan.engineOf(name) === ENGINE);
  const isFinishing = plan.engineOf(plan.graph.end) === ENGINE;
  const tasks = [...steps.map(({ name }) => deployedTask(plan, name)), ...(isFinishing ? [finishingTask(plan)] : [])];
  const all = tasks.map((task) => jobDefinitionOf(task, stepOptions(task.needs, settings)));
  return [...new Map(all.map((one) => [one.jobDefinitionName, one])).values()];
}
