import path from "node:path";
import { readRelease } from "../../datastore/kinds/release.ts";
import type { ReleaseDocument } from "../../datastore/release-document.ts";
import { documentHash } from "../../datastore/run-record.ts";
import { checkedEnd } from "../../engines/checked-end.ts";
import type { BackendEvent } from "../../engines/compute-backend.ts";
import { nodeOf } from "../../graph/flow-graph.ts";
import { readCodePackage } from "../../package/read-code-package.ts";
import { systemClock } from "../../task/clock.ts";
import type { StopReason } from "../../task/stop-reason.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import { TimeLimit } from "../../task/time-limit.ts";
import { sharedGpus } from "../engines/shared-gpus.ts";
import { openRelease } from "../release/open-release.ts";
import type { PreparedRelease } from "../release/release.ts";
import { sourcesOf } from "../release/sources-of.ts";
import { storedFlow } from "../release/stored-flow.ts";
import { forkOptions } from "../run/fork-options.ts";
import { orClosed, RunEngines } from "../run/run-engines.ts";
import { stepSecrets } from "../run/step-secrets.ts";
import type { ExecutorOptions, TaskExecution, TaskExecutor } from "./task-executor.ts";

/** Executes tasks on this machine, which has the package, through the same engine as any run's. */
export class HereExecutor implements TaskExecutor {
  readonly #options: ExecutorOptions;
  readonly #root: string | undefined;

  /** @param root - where the package's relative paths lie here, if not where they lay when the release was made */
  constructor(options: ExecutorOptions, root?: string) {
    this.#options = options;
    this.#root = root;
  }

  place(): Promise<string | undefined> {
    return Promise.resolve(this.#root);
  }

  flow({ release }: { readonly release: ReleaseDocument }) {
    const { store } = this.#options;
    const root = this.#root ?? release.place.root;
    const flowFile = this.#root === undefined ? release.place.file : path.join(root, release.flowFile);
    const bundle = () => ({ code: readCodePackage(store.blobs, release.code), root });
    return storedFlow({ flow: release.flow, flowFile, bundle })();
  }

  async execute(of: TaskExecution): Promise<TaskOutcome> {
    const { store, settings, on } = this.#options;
    const { document, version, spec } = of;
    const { step } = spec;
    const release = await openRelease(
      { hash: version.release, document: readRelease(store.blobs, version.release) },
      { store, settings, root: this.#root, onlyStep: step, installing: (...asked) => on.installing(...asked) },
    );
    const secrets = await stepSecrets(await sourcesOf(release, store), {
      ...{ flowFile: release.flowFile, engines: new Map(), onlyStep: step },
    });
    const { isolation, graceMs, maxSplits, isDurable } = version.options;
    const { graph } = document;
    const engines = new RunEngines({
      ...{ graph, engines: new Map(), gpus: sharedGpus(graph, new Map(), settings), secrets, settings, store },
      ...{ programName: version.programName, maxWorkers: 1, isolation, graceMs },
      onWarning: (text) => on.warning(text),
    });
    return orClosed(engines, async () => {
      await engines.ready();
      const outcome = await this.#run(engines, { ...of, release, masks: secrets.masks, maxSplits, isDurable });
      await engines.close();
      return outcome;
    });
  }

  #run(engines: RunEngines, of: OpenedExecution): Promise<TaskOutcome> {
    const { store, on } = this.#options;
    const { document, spec, signal, release, engine, masks, maxSplits, isDurable } = of;
    const { graph, flow, run } = document;
    const { root } = release.bundle;
    const timeoutMs = spec.caught === null ? nodeOf(graph, spec.step).settings.timeoutMs : null;
    const limit = new TimeLimit({ ms: timeoutMs, clock: systemClock });
    return new Promise((resolve, reject) => {
      const backend = engines.backend();
      const stop = () => backend.stop(spec.task, signal.reason as StopReason);
      engines.open({
        ...{ record: store.record(flow, run), document, root, environments: release.environments },
        ...{ origin: null, maxSplits, onTrouble: reject },
        setup: {
          ...{ datastore: store.storage.location, flow, run, documentHash: documentHash(document) },
          ...{ root, environment: null, engine, masks, forkOptions: forkOptions(release.flowFile) },
          ...{ maxSplits, isDurable, resultsBy: spec.task },
        },
        onEvent(event: BackendEvent) {
          if (event.type === "logged") on.log(event);
          if (event.type === "began") limit.begin((reason) => backend.stop(spec.task, reason));
          if (event.type !== "ended") return;
          signal.removeEventListener("abort", stop);
          resolve(limit.judge(checkedEnd(event, { graph, run, originRun: null }).outcome));
        },
      });
      signal.addEventListener("abort", stop, { once: true });
      backend.start(spec);
      if (signal.aborted) stop();
    });
  }
}

interface OpenedExecution extends TaskExecution {
  readonly release: PreparedRelease;
  readonly masks: readonly string[];
  readonly maxSplits: number;
  readonly isDurable: boolean;
}
