import { createHash } from "node:crypto";
import type { ContainerProperties } from "@aws-sdk/client-batch";
import { type JobDefinition, jobDefinition } from "../../engines/batch/job-definition.ts";
import type { BatchStepOptions } from "../../engines/batch/step-options.ts";
import { TASK_VARIABLES, type DeployedTask } from "../deployed-task.ts";

/** Most attempts that Batch itself makes: of jobs whose instance was taken away, which no attempt of the step's counts. */
const MOST_ATTEMPTS = 10;

/**
 * What the jobs of steps share that differ in nothing but resources: the image, its options, the command and what leads to the
 * datastore. A state machine would repeat all of that for each step. Its name is made of its content, so what is
 * installed does not change under the executions that go on.
 */
export function jobDefinitionOf(task: DeployedTask, options: BatchStepOptions): JobDefinition {
  const made = jobDefinition(task.needs, { options, platform: options.platform ?? "EC2" });
  const content = {
    ...{ type: made.type, platformCapabilities: made.platformCapabilities, propagateTags: made.propagateTags },
    containerProperties: {
      ...made.containerProperties,
      command: [...task.command],
      environment: Object.entries(sharedEnv(task)).map(([name, value]) => ({ name, value })),
    } satisfies ContainerProperties,
    retryStrategy: {
      attempts: MOST_ATTEMPTS,
      evaluateOnExit: [
        { onStatusReason: "Host EC2*", action: "RETRY" as const },
        { onReason: "*", action: "EXIT" as const },
      ],
    },
  };
  const hash = createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 40);
  return { jobDefinitionName: `millrace-${hash}`, ...content };
}

const OWN: readonly string[] = [TASK_VARIABLES.deployment, TASK_VARIABLES.step];

/** What tasks of other steps, versions and deployments are told as well. */
function sharedEnv({ env }: DeployedTask): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OWN.includes(name)));
}

/** What only this step of this version is told. */
export function ownEnv({ env }: DeployedTask): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => OWN.includes(name)));
}
