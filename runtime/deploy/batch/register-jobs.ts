import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { loadAws } from "../../engines/batch/aws/load-aws.ts";
import { batchError } from "../../engines/batch/batch-error.ts";
import { Caller } from "../../engines/batch/caller.ts";
import { checkSteps } from "../../engines/batch/check-steps.ts";
import { Definitions } from "../../engines/batch/definitions.ts";
import type { JobDefinition } from "../../engines/batch/job-definition.ts";
import { Queues } from "../../engines/batch/queues.ts";
import { stepOptions } from "../../engines/batch/step-options.ts";
import { stepJobs } from "../../launch/engines/step-jobs.ts";
import type { DeploymentPlan } from "../deployer.ts";
import { batchSettingsOf } from "./batch-settings-of.ts";

/**
 * Sees that the queues can run the steps, and that AWS Batch has the definitions of their jobs.
 * @throws MillraceError for what a queue cannot give, and where nobody says that it is one on Fargate
 */
export async function registerJobs(
  plan: DeploymentPlan,
  { definitions, where }: { readonly definitions: readonly JobDefinition[]; readonly where: string },
): Promise<void> {
  const { graph, settings } = plan;
  const batch = batchSettingsOf(plan);
  const aws = await loadAws(batch.queue);
  const caller = new Caller(() => Promise.resolve(aws));
  try {
    const queues = new Queues(caller);
    const steps = graph.steps.filter(({ name }) => plan.engineOf(name) === "batch");
    const jobs = steps.flatMap(({ name }) => stepJobs(graph, name, settings));
    await checkSteps(jobs, { settings: batch, queues, warning: () => undefined });
    for (const needs of jobs) {
      const { queue, platform } = stepOptions(needs, batch);
      const found = platform === null && queue !== null ? await queues.find(queue) : null;
      if (found?.platform === "FARGATE") throw onFargate(needs.step, { queue: found.name, where });
    }
    const known = new Definitions(caller);
    for (const definition of definitions) await known.arnOf(definition);
  } catch (error) {
    throw batchError(error, "run steps");
  } finally {
    aws.close();
  }
}

/** What is installed is what `--only-spec` printed, which asks nobody. */
function onFargate(step: string, { queue, where }: { readonly queue: string; readonly where: string }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_TARGET",
    headline: `Cannot deploy ${step} ${where} because its queue ${queue} is on Fargate, and @batch does not say so`,
    hint: 'say so in its decorator: @batch({ platform: "fargate" })',
  });
}
