import type { Datastore } from "../datastore/datastore.ts";
import type { ReleaseDocument } from "../datastore/release-document.ts";
import { containerCommand } from "../engines/container/container-command.ts";
import { TASK_VARIABLES } from "../engines/container/task-variables.ts";
import { engineNamed } from "../engines/index.ts";
import type { StepJob } from "../engines/jobs/job-service.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import { runtimeArchive } from "../launch/engines/make-engines.ts";
import { stepJobs } from "../launch/engines/step-jobs.ts";
import type { Settings } from "../settings/read-settings.ts";

export { TASK_VARIABLES };

/** What of a deployment's plan decides how one of its tasks is started. */
export interface TaskPlan {
  readonly name: string;
  readonly version: { readonly version: number };
  readonly graph: FlowGraph;
  readonly release: Pick<ReleaseDocument, "shipment">;
  readonly store: Datastore;
  readonly settings: Settings;
  /** The engine whose place runs the step: that of its decorator or of `--with`, else the target's own. */
  engineOf(step: string): string;
}

/** How a target starts a task of a step. */
export interface DeployedTask {
  /** Null on a machine that has the package. */
  readonly image: string | null;
  readonly command: readonly string[];
  /**
   * The same for every task of the step; beside these each gets {@link TASK_VARIABLES} of its own: `fire`, `at`, and what
   * else its target has to say.
   */
  readonly env: Readonly<Record<string, string>>;
  readonly needs: StepJob;
}

/**
 * How a target starts the tasks of a step, wherever that runs: in a container with the datastore's own copy of Millrace, or
 * on a machine where `millrace` is on the path.
 */
export function deployedTask(plan: TaskPlan, step: string): DeployedTask {
  return { ...startOf(plan, step), needs: stepJobs(plan.graph, step, plan.settings)[0] };
}

/** The exit handler: the target adds `finish` and `fire`. It needs little, and runs where the flow's last step does. */
export function finishingTask(plan: TaskPlan): DeployedTask {
  const { needs, ...task } = deployedTask(plan, plan.graph.end);
  const env = Object.entries(task.env).filter(([name]) => name !== TASK_VARIABLES.step);
  return {
    ...task,
    env: Object.fromEntries(env),
    needs: { ...needs, cpu: 1, gpu: 0, memoryMb: FINISH_MEMORY_MB, timeoutMs: null },
  };
}

const FINISH_MEMORY_MB = 1024;

function startOf(plan: TaskPlan, step: string): Omit<DeployedTask, "needs"> {
  const { name, version, graph, release, store, settings } = plan;
  const engine = engineNamed(plan.engineOf(step));
  const told = { [TASK_VARIABLES.deployment]: `${name}/${version.version}`, [TASK_VARIABLES.step]: step };
  const { storage } = store;
  if (engine === null)
    return { image: null, command: ["millrace", "step", "--datastore", storage.location], env: told };
  const hash = release.shipment?.runtime ?? runtimeArchive().hash;
  const reached = engine.reach({ storage, settings, runtime: { file: null, hash } });
  const { image } = stepJobs(graph, step, settings)[0];
  return { image, command: containerCommand(), env: { ...reached, ...told, [TASK_VARIABLES.engine]: engine.name } };
}
