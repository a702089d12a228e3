import { SERIES_FROM_MS, type UsageSeries } from "../../datastore/usage-series.ts";
import { FamilyWatch, type SeenMemory } from "./family-watch.ts";
import type { GpuUsage } from "../../datastore/run-event.ts";
import type { GpuReading, GpuSampler } from "./gpu-sampler.ts";
import { linuxMemory, type LinuxMemory } from "./linux-memory.ts";
import { ThinnedSeries } from "./thinned-series.ts";

export interface UsageSamplerOptions {
  /** Null where there is no GPU to look at. */
  readonly gpus: GpuSampler | null;
  /** @defaultValue this machine's */
  readonly memory?: LinuxMemory | null;
}

/** What was seen of an attempt from outside of its process. */
export interface SeenUse {
  /** Null where the system does not tell, or there was no time to look. */
  readonly memory: (SeenMemory & { readonly cpuMs: number; readonly systemMs: number }) | null;
  readonly gpu: GpuUsage | null;
  /** Null for what was over in no time. */
  readonly series: UsageSeries | null;
}

interface Watched {
  readonly beganAt: number;
  readonly family: FamilyWatch | null;
  readonly gpu: GpuReading | null;
  /** Points of the series, from the time on when it is worth one. */
  readonly series: ThinnedSeries;
  /** What the process had used before. */
  base: { readonly cpuMs: number; readonly systemMs: number } | null;
  used: { readonly cpuMs: number; readonly systemMs: number };
  nextAt: number;
  pointAt: number;
  /** That are still to come. */
  closeLooks: number;
  /** That may still be granted. */
  moreCloseLooks: number;
}

/** The first look at an attempt; most are over by then. */
const FIRST_MS = 20;
/** A look comes after this share of the time that the attempt has taken … */
const SHARE = 0.06;
const LONGEST_MS = 1_000;
/** … and no sooner than this many times what the look before took; those to come for ever take less of the whole. */
const REST = 40;
const LONG_REST = 600;
/** Where processes come and go between looks, so many follow closely, and no more in all. */
const CLOSE_LOOKS = 25;
const MAX_CLOSE_LOOKS = 100;
const POINT_MS = 100;

/** Looks at the attempts that run on this machine: rarely, and only at those that take a while. */
export class UsageSampler {
  readonly #gpus: GpuSampler | null;
  readonly #memory: LinuxMemory | null;
  readonly #watched = new Map<number, Watched>();
  #timer: NodeJS.Timeout | null = null;
  #dueAt = Infinity;

  constructor({ gpus, memory = linuxMemory() }: UsageSamplerOptions) {
    this.#gpus = gpus;
    this.#memory = memory;
  }

  /** How it hands out memory; null where it is not Linux. */
  get memory(): LinuxMemory | null {
    return this.#memory;
  }

  /** @param gpus - CUDA's names of those that the attempt has for itself; null for all that there are */
  begin(task: number, { pid, gpus }: { pid: number | undefined; gpus: readonly string[] | null }): void {
    const hasGpu = this.#gpus !== null && (gpus === null || gpus.length > 0);
    if (pid === undefined || (this.#memory === null && !hasGpu)) return;
    const now = performance.now();
    this.#watched.set(task, {
      beganAt: now,
      family: this.#memory === null ? null : new FamilyWatch(pid, this.#memory),
      gpu: hasGpu ? (this.#gpus?.begin(gpus) ?? null) : null,
      series: new ThinnedSeries(),
      base: null,
      used: { cpuMs: 0, systemMs: 0 },
      nextAt: now + FIRST_MS,
      pointAt: now + POINT_MS,
      closeLooks: 0,
      moreCloseLooks: MAX_CLOSE_LOOKS,
    });
    if (this.#dueAt > now + FIRST_MS) this.#plan(now + FIRST_MS);
  }

  /** What was seen; null where it was over before the first look. */
  end(task: number): SeenUse | null {
    const watched = this.#watched.get(task);
    if (watched === undefined) return null;
    this.#watched.delete(task);
    if (this.#watched.size === 0) this.#stop();
    const { family, gpu, series, beganAt, base, used } = watched;
    family?.finish(performance.now());
    const use = gpu?.end() ?? null;
    if (base === null && use === null) return null;
    const isLong = performance.now() - beganAt >= SERIES_FROM_MS;
    return {
      memory: base === null || family === null ? null : { ...family.seen, ...used },
      gpu: use,
      series: isLong ? series.series() : null,
    };
  }

  close(): void {
    this.#stop();
    this.#watched.clear();
    this.#gpus?.close();
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#dueAt = Infinity;
  }

  #plan(at: number): void {
    this.#stop();
    this.#dueAt = at;
    this.#timer = setTimeout(() => this.#lookAtAll(), at - performance.now()).unref();
  }

  #lookAtAll(): void {
    this.#timer = null;
    this.#dueAt = Infinity;
    let next = Infinity;
    for (const watched of this.#watched.values()) {
      if (performance.now() >= watched.nextAt) this.#look(watched);
      next = Math.min(next, watched.nextAt);
    }
    // Looks that are due soon are made together.
    if (next < Infinity) this.#plan(Math.max(next, performance.now() + FIRST_MS));
  }

  #look(watched: Watched): void {
    const began = performance.now();
    const cpuBefore = process.cpuUsage();
    const { beganAt, family, gpu, series } = watched;
    const seen = family?.look(began) ?? null;
    if (seen !== null) {
      watched.base ??= seen;
      // What loses its parent takes its time along.
      watched.used = {
        cpuMs: Math.max(watched.used.cpuMs, seen.cpuMs - watched.base.cpuMs),
        systemMs: Math.max(watched.used.systemMs, seen.systemMs - watched.base.systemMs),
      };
    }
    // Where nobody tells of its processes, a point would say that they use nothing.
    if (began >= watched.pointAt && seen !== null) {
      const point = { atMs: began - beganAt, cpuMs: watched.used.cpuMs, memory: seen.memory };
      series.add({ ...point, gpu: gpu?.now() ?? null });
      watched.pointAt = began + POINT_MS;
    }
    if (seen?.hasMissed === true && watched.closeLooks === 0 && watched.moreCloseLooks > 0) {
      watched.closeLooks = CLOSE_LOOKS;
      watched.moreCloseLooks -= CLOSE_LOOKS;
    }
    const now = performance.now();
    // What it waited for a processor on a busy machine costs nobody anything.
    const { user, system } = process.cpuUsage(cpuBefore);
    const tookMs = Math.min(now - began, (user + system) / 1000);
    watched.nextAt = now + this.#pauseMs(watched, { ageMs: now - beganAt, tookMs });
  }

  #pauseMs(watched: Watched, { ageMs, tookMs }: { ageMs: number; tookMs: number }): number {
    const share = Math.min(ageMs * SHARE, LONGEST_MS);
    if (watched.closeLooks > 0) {
      watched.closeLooks -= 1;
      return FIRST_MS;
    }
    return Math.max(share, tookMs * (share < LONGEST_MS ? REST : LONG_REST), FIRST_MS);
  }
}
