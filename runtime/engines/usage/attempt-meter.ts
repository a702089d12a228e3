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
  /** Of those that are alone in their containers. */
  readonly #contained = new Map<number, { readonly meter: ContainerMeter; readonly beganAt: number }>();

  constructor(options: AttemptMeterOptions) {
    this.#options = options;
    this.#sampler = new UsageSampler({ gpus: options.gpuSampler ?? null });
  }

  begin(task: number, { pid, gpus }: { pid: number | undefined; gpus: readonly string[] }): void {
    const { contained } = this.#options;
    if (contained !== undefined) this.#contained.set(task, { meter: contained.meter(), beganAt: performance.now() });
    // A container sees no other GPUs than its own.
    this.#sampler.begin(task, { pid, gpus: contained === undefined ? gpus : null });
  }

  /** It has not begun after all. */
  forget(task: number): void {
    this.#sampler.end(task);
    this.#contained.delete(task);
  }

  /** The outcome with all that is known of what the attempt used. */
  end(
    task: number,
    { childPages = 0, ...outcome }: TaskOutcome,
  ): { readonly outcome: TaskOutcome; readonly series: UsageSeries | null } {
    const seen = this.#sampler.end(task);
    const inside = this.#contained.get(task);
    const container = inside?.meter.used() ?? null;
    const ranMs = inside === undefined ? null : Math.round(performance.now() - inside.beganAt);
    this.#contained.delete(task);
    const { usage: told, ...rest } = outcome;
    const isShort = outcome.status === "failed" && isMemoryDeath(outcome);
    const { contained } = this.#options;
    const exhausted =
      contained !== undefined && (isShort || container?.isExhausted === true)
        ? Math.round(contained.memoryMb * MIB)
        : null;
    const { memory: linux } = this.#sampler;
    const ownMemory = container === null ? 0 : process.resourceUsage().maxRSS * 1024;
    const usage = measuredUsage({ told, childPages, seen, container, ownMemory, exhausted, ranMs, linux });
    return { outcome: usage === undefined ? rest : { ...rest, usage }, series: seen?.series ?? null };
  }

  close(): void {
    this.#sampler.close();
  }
}
