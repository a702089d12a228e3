import os from "node:os";
import type { UsageSeries } from "../../datastore/usage-series.ts";

/** Beyond this many points each two become one. */
const MAX_POINTS = 300;

/** What is known at a moment of an attempt. */
export interface UsagePoint {
  /** Since the attempt began. */
  readonly atMs: number;
  /** Since the attempt began. */
  readonly cpuMs: number;
  /** In bytes. */
  readonly memory: number;
  /** Of its GPUs, where one was looked at. */
  readonly gpu: { readonly percent: number | null; readonly memory: number | null } | null;
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly cores: number;
  readonly memory: number;
  readonly gpu: UsagePoint["gpu"];
}

/** What an attempt used over time, in at most 300 points however long it takes. */
export class ThinnedSeries {
  #stretches: Stretch[] = [];
  #last = { atMs: 0, cpuMs: 0 };

  add({ atMs, cpuMs, memory, gpu }: UsagePoint): void {
    const { atMs: fromMs, cpuMs: before } = this.#last;
    if (atMs <= fromMs) return;
    this.#last = { atMs, cpuMs };
    this.#stretches.push({ fromMs, toMs: atMs, cores: Math.max(cpuMs - before, 0) / (atMs - fromMs), memory, gpu });
    if (this.#stretches.length > MAX_POINTS) this.#halve();
  }

  /** Null while there is nothing. */
  series(): UsageSeries | null {
    const all = this.#stretches;
    if (all.length === 0) return null;
    const hasGpu = all.some(({ gpu }) => gpu !== null);
    return {
      atMs: all.map(({ toMs }) => Math.round(toMs)),
      cores: coresOf(all).map((cores) => Number(cores.toFixed(2))),
      memoryMb: all.map(({ memory }) => Math.round(memory / 2 ** 20)),
      ...(hasGpu && {
        gpuPercent: all.map(({ gpu }) => rounded(gpu?.percent ?? null)),
        gpuMemoryMb: all.map(({ gpu }) => rounded(gpu?.memory ?? null, 2 ** 20)),
      }),
    };
  }

  #halve(): void {
    const halved: Stretch[] = [];
    for (let at = 0; at < this.#stretches.length; at += 2) {
      const [one, other] = [this.#stretches[at], this.#stretches[at + 1]];
      if (one !== undefined) halved.push(other === undefined ? one : joined(one, other));
    }
    this.#stretches = halved;
  }
}

/** What took more than there is was at work before, and was seen only when it had ended. */
function coresOf(all: readonly Stretch[]): number[] {
  const most = os.availableParallelism();
  let carriedMs = 0;
  return all
    .toReversed()
    .map(({ cores, fromMs, toMs }) => {
      const wallMs = toMs - fromMs;
      const cpuMs = cores * wallMs + carriedMs;
      const fits = Math.min(cpuMs, most * wallMs);
      carriedMs = cpuMs - fits;
      return fits / wallMs;
    })
    .reverse();
}

/** The mean of what flows, the most of what is taken up. */
function joined(one: Stretch, other: Stretch): Stretch {
  const [before, after] = [one.toMs - one.fromMs, other.toMs - other.fromMs];
  const mean = (first: number, second: number) => (first * before + second * after) / (before + after);
  const gpu =
    one.gpu === null || other.gpu === null
      ? (one.gpu ?? other.gpu)
      : {
          percent: known([one.gpu.percent, other.gpu.percent], mean),
          memory: known([one.gpu.memory, other.gpu.memory], Math.max),
        };
  return {
    fromMs: one.fromMs,
    toMs: other.toMs,
    cores: mean(one.cores, other.cores),
    memory: Math.max(one.memory, other.memory),
    gpu,
  };
}

/** Of two figures that may not be known. */
function known(
  [one, other]: readonly [number | null, number | null],
  both: (one: number, other: number) => number,
): number | null {
  return one === null || other === null ? (one ?? other) : both(one, other);
}

function rounded(value: number | null, unit = 1): number | null {
  return value === null ? null : Math.round(value / unit);
}
