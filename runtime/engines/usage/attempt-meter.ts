import type { UsageSeries } from "../../datastore/usage-series.ts";
import { isMemoryDeath } from "../../task/out-of-memory.ts";
import type { TaskOutcome } from "../../task/task-outcome.ts";
import type { ContainerMeter } from "./container-meter.ts";
import type { GpuSampler } from "./gpu-sampler.ts";
import { measuredUsage } from "./measured-usage.ts";
import { UsageSampler } from "./usage-sampler.ts";

export interface AttemptMeterOptions {
  readonly gpuSampler?: GpuSampler | null;
  readonly contained?: {
    readonly memoryMb: number;
    meter(): ContainerMeter;
  };
}

const MIB = 2 ** 20;

/** Puts what a process tells of its task together with what is seen from outside. */
export class AttemptMeter {
  readonly #options: AttemptMeterOptions;
  readonly #sampler: UsageSampler;
  readonly #containers = new Map<number, ContainerMeter>();

  constructor(options: AttemptMeterOptions) {
    this.#options = options;
    this.#sampler = new UsageSampler({ gpus: options.gpuSampler ?? null });
  }

  begin(task: number, { pid, gpus }: { pid: number | undefined; gpus: readonly string[] }): void {
    const { contained } = this.#options;
    if (contained !== undefined) this.#containers.set(task, contained.meter());
    // A container sees no other GPUs than its own.
    this.#sampler.begin(task, { pid, gpus: contained === undefined ? gpus : null });
  }

  /** It has not begun after all. */
  forget(task: number): void {
    this.#sampler.end(task);
    this.#containers.delete(task);
  }

  /** The outcome with all that is known of what the attempt used. */
  end(
    task: number,
    { childPages = 0, ...outcome }: TaskOutcome,
  ): { readonly outcome: TaskOutcome; readonly series: UsageSeries | null } {
    const seen = this.#sampler.end(task);
    const container = this.#containers.get(task)?.used() ?? null;
    this.#containers.delete(task);
    const { usage: told, ...rest } = outcome;
    const isShort = outcome.status === "failed" && isMemoryDeath(outcome);
    const { contained } = this.#options;
    const exhausted =
      contained !== undefined && (isShort || container?.isExhausted === true) ? contained.memoryMb * MIB : null;
    const usage = measuredUsage({ told, childPages, seen, container, exhausted, linux: this.#sampler.memory });
    return { outcome: usage === undefined ? rest : { ...rest, usage }, series: seen?.series ?? null };
  }

  close(): void {
    this.#sampler.close();
  }
}
