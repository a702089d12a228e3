import os from "node:os";
import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import type { CloseOptions, ComputeBackend } from "../../engines/compute-backend.ts";
import type { Engine } from "../../engines/engine.ts";
import { EngineRouter } from "../../engines/engine-router.ts";
import type { RemoteBackend } from "../../engines/jobs/remote-backend.ts";
import { committedOutcome } from "../../engines/local/committed-outcome.ts";
import { LocalBackend, type LocalBackendOptions } from "../../engines/local/local-backend.ts";
import { outOfMemoryExit } from "../../engines/local/out-of-memory-exit.ts";
import type { LocalEnvironment } from "../../engines/local/process-kind.ts";
import type { EarlyWorker } from "../../engines/local/spawn-worker.ts";
import { GpuSampler } from "../../engines/usage/gpu-sampler.ts";
import { maskedEvent } from "../../engines/masked-event.ts";
import type { WorkerSetup } from "../../task/worker-command.ts";
import { type EnginesOptions, type EnginesRun, makeEngines, runOn } from "../engines/make-engines.ts";

export interface RunEnginesOptions extends EnginesOptions {
  /** Tasks at once; the machine's cores where null. */
  readonly maxWorkers: number | null;
  readonly isolation: "module" | "process";
  /** How long tasks have that are asked to stop. */
  readonly graceMs: number;
  /** How processes of this machine are started, where it is not as usual. */
  readonly spawn?: NonNullable<LocalBackendOptions["spawn"]>;
}

export interface OpenedRun extends EnginesRun {
  /** For workers of this machine. */
  readonly setup: WorkerSetup;
  readonly environments: ReadonlyMap<string, LocalEnvironment>;
}

/** What runs the tasks of a run: cold until it is ready, and without work until the run is recorded and it is opened. */
export class RunEngines {
  readonly #options: RunEnginesOptions;
  /** Null where every step runs elsewhere. */
  readonly #local: LocalBackend | null;
  readonly #samplesGpus: boolean;
  readonly #remote = new Map<Engine, RemoteBackend>();

  constructor(options: RunEnginesOptions) {
    this.#options = options;
    const isElsewhere = options.graph.steps.every(({ name }) => options.engines.has(name));
    // A wrong setting is told before anything starts.
    this.#samplesGpus = options.settings.samplesGpus;
    this.#local = isElsewhere ? null : localBackend(options, this.#samplesGpus);
  }

  /** Has a first process of this machine start, if tasks run here: it boots while the code is bundled. */
  warmUp(early: EarlyWorker | null): void {
    this.#local?.warmUp(early?.take() ?? null);
  }

  /** @throws MillraceError for what an engine can never run */
  ready(): Promise<void> {
    return makeEngines(this.#options, this.#remote);
  }

  /** All as one; once they are ready. */
  backend(): ComputeBackend {
    const backends: readonly ComputeBackend[] = this.#all();
    const [only] = backends;
    if (only !== undefined && backends.length === 1) return only;
    return new EngineRouter(backends, (step) => {
      const engine = this.#options.engines.get(step);
      const backend = engine === undefined ? this.#local : this.#remote.get(engine);
      if (backend == null) throw brokenInvariant(`no engine runs ${step}`);
      return backend;
    });
  }

  open(run: OpenedRun): void {
    const { graph, store, secrets, isolation } = this.#options;
    const { record, onEvent } = run;
    this.#local?.open({
      ...run,
      committed: ({ spec, pid }) => committedOutcome(record, { spec, pid: run.setup.resultsBy ?? pid }),
      openLog: (of) => record.openLog(of),
      saveSeries: (of, series) => record.saveSeries(of, series),
    });
    const masked = { ...run, onEvent: (event: Parameters<typeof onEvent>[0]) => onEvent(maskedEvent(event, secrets)) };
    for (const [engine, backend] of this.#remote)
      backend.open(runOn(engine, { ...masked, graph, store, secrets, isolation, samplesGpus: this.#samplesGpus }));
  }

  async close(options?: CloseOptions): Promise<void> {
    await Promise.all(this.#all().map((backend) => backend.close(options)));
  }

  #all(): readonly ComputeBackend[] {
    return [...(this.#local === null ? [] : [this.#local]), ...this.#remote.values()];
  }
}

/** Runs the work; engines whose run does not come about are closed. */
export async function orClosed<T>(engines: RunEngines, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await engines.close();
    throw error;
  }
}

function localBackend({ maxWorkers, engines, ...options }: RunEnginesOptions, samplesGpus: boolean): LocalBackend {
  const { isolation, graceMs, gpus, secrets, settings, spawn } = options;
  const hasGpus = gpus.pool.count > 0 && samplesGpus;
  return new LocalBackend({
    ...{ isolation, graceMs, gpus, secrets, env: settings.env, explain: outOfMemoryExit() },
    gpuSampler: hasGpus ? new GpuSampler({ env: settings.env }) : null,
    cores: maxWorkers ?? os.availableParallelism(),
    // Where others run tasks as well, the limit on all of them says nothing about this machine.
    ...(engines.size === 0 ? {} : { limit: os.availableParallelism() }),
    ...(spawn === undefined ? {} : { spawn }),
  });
}
