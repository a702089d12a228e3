import { brokenInvariant, MillraceError } from "../../sdk/base/millrace-error.ts";
import { triggerOf } from "../datastore/trigger-of.ts";
import type { Checkpoint, CurrentTask, CurrentTrigger } from "../../sdk/base/host.ts";
import type { TaskSpec } from "../task/task-spec.ts";
import { loadArtifacts } from "../datastore/load-artifact.ts";
import { noCard } from "./no-card.ts";
import type { LoadedFlow } from "./load-flow.ts";

export interface CurrentTaskOptions {
  readonly flow: LoadedFlow;
  readonly spec: TaskSpec;
  signal(): AbortSignal;
  tempDir(): string;
  progress(this: void, fraction: number, note?: string): void;
  readonly log: CurrentTask["log"];
}

/** What `current` shows while this task runs, besides what aspects give it; parameters and folder only come to be when asked for. */
export function currentTask({ flow, spec, signal, tempDir, progress, log }: CurrentTaskOptions): CurrentTask {
  const { document, setup } = flow;
  let parameters: Readonly<Record<string, unknown>> | null = null;
  let trigger: CurrentTrigger | null = null;
  let card: CurrentTask["card"] | null = null;
  return {
    flowName: setup.flow,
    runId: setup.run,
    stepName: spec.step,
    taskId: String(spec.task),
    pathspec: `${setup.flow}/${setup.run}/${spec.step}/${spec.task}`,
    attempt: spec.attempt,
    originRunId: document.originRun,
    username: document.username,
    namespace: `user:${document.username}`,
    tags: document.tags,
    get parameters() {
      return (parameters ??= Object.freeze(loadArtifacts(flow.blobs, document.parameters)));
    },
    get tempDir() {
      return tempDir();
    },
    projectName: document.project?.name ?? null,
    branchName: document.project?.branch ?? null,
    isProduction: document.project?.isProduction ?? false,
    get trigger() {
      return document.trigger === undefined ? null : (trigger ??= triggerOf(document.trigger));
    },
    get card() {
      return (card ??= noCard(spec.step));
    },
    get checkpoint() {
      return undeclared(spec.step);
    },
    progress,
    log,
    gpu: null,
    registerModel() {
      throw brokenInvariant("no aspect registers models");
    },
    get signal() {
      return signal();
    },
    engine: setup.engine,
    parallel:
      spec.gang === null
        ? null
        : { mainHost: setup.mainHost ?? "127.0.0.1", numNodes: spec.gang.size, nodeIndex: spec.gang.index },
  };
}

function undeclared(step: string): Checkpoint {
  const refuse = () => {
    throw noCheckpoint(step);
  };
  return { save: refuse, load: refuse };
}

function noCheckpoint(step: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_NO_CHECKPOINT",
    headline: `Cannot use current.checkpoint because step ${step} does not declare one`,
    hint: `write @checkpoint() before @step ${step}`,
  });
}
