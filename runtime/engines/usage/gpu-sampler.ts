import { type ChildProcess, spawn } from "node:child_process";
import { lineReader } from "../../task/line-reader.ts";
import type { GpuUsage } from "../../datastore/run-event.ts";

export interface GpuNow {
  /** How busy they are on average; null where the driver does not tell. */
  readonly percent: number | null;
  /** Of all of them together, in bytes; null where the driver does not tell. */
  readonly memory: number | null;
}

/** Of the GPUs of one attempt, from when it began. */
export interface GpuReading {
  /** What was seen last; null before the first time. */
  now(): GpuNow | null;
  /** Null where nothing was seen. */
  end(): GpuUsage | null;
}

export interface GpuSamplerOptions {
  readonly env: NodeJS.ProcessEnv;
  /** @defaultValue 2 s */
  readonly everyS?: number;
}

interface GpuState {
  /** CUDA's names of it. */
  readonly index: string;
  readonly uuid: string;
  /** Null where the driver does not tell. */
  readonly percent: number | null;
  readonly memory: number | null;
  readonly model: string | null;
}

const PROGRAM = "nvidia-smi";
const FIELDS = "index,uuid,utilization.gpu,memory.used,name";
const EVERY_S = 2;

/**
 * One look at all GPUs of this machine every two seconds, by one program that NVIDIA's driver brings: it runs only while
 * an attempt has a GPU. Where there is no such program, nobody looks.
 */
export class GpuSampler {
  readonly #options: GpuSamplerOptions;
  readonly #readings = new Set<OpenReading>();
  #child: ChildProcess | null = null;
  #isThere = true;

  constructor(options: GpuSamplerOptions) {
    this.#options = options;
  }

  /** @param names - CUDA's, numbers or such as `GPU-…`; null for all that there are */
  begin(names: readonly string[] | null): GpuReading {
    const reading = new OpenReading(names, () => {
      this.#readings.delete(reading);
      if (this.#readings.size === 0) this.close();
    });
    this.#readings.add(reading);
    this.#start();
    return reading;
  }

  close(): void {
    const child = this.#child;
    this.#child = null;
    child?.removeAllListeners("exit").kill();
  }

  #start(): void {
    if (this.#child !== null || !this.#isThere) return;
    const { env, everyS = EVERY_S } = this.#options;
    const words = [`--query-gpu=${FIELDS}`, "--format=csv,noheader,nounits", "-l", String(everyS)];
    const gone = () => {
      this.#isThere = false;
      this.#child = null;
    };
    try {
      const child = spawn(PROGRAM, words, { env, stdio: ["ignore", "pipe", "ignore"], windowsHide: true });
      this.#child = child;
      child.on("error", gone).on("exit", gone);
      child.unref();
      const push = lineReader((line) => this.#read(line));
      child.stdout.setEncoding("utf8").on("data", push);
      // Nothing waits for it.
      (child.stdout as unknown as { unref?(): void }).unref?.();
    } catch {
      gone();
    }
  }

  #read(line: string): void {
    const state = stateIn(line);
    if (state !== null) for (const reading of this.#readings) reading.note(state);
  }
}

/** What is seen of some GPUs, one after another. */
class OpenReading implements GpuReading {
  readonly #names: ReadonlySet<string> | null;
  readonly #ended: () => void;
  /** Of each what was seen last. */
  readonly #latest = new Map<string, GpuState>();
  #looks = 0;
  #percents = 0;
  #maxPercent = 0;
  #peak: number | null = null;

  constructor(names: readonly string[] | null, ended: () => void) {
    this.#names = names === null ? null : new Set(names);
    this.#ended = ended;
  }

  note(state: GpuState): void {
    // A name may be cut short, as CUDA takes it.
    const isOwn = (name: string) => name === state.index || (name.startsWith("GPU-") && state.uuid.startsWith(name));
    if (this.#names !== null && ![...this.#names].some(isOwn)) return;
    this.#latest.set(state.uuid, state);
    if (state.percent !== null) {
      this.#looks += 1;
      this.#percents += state.percent;
      this.#maxPercent = Math.max(this.#maxPercent, state.percent);
    }
    const memory = this.#memory();
    if (memory !== null) this.#peak = Math.max(this.#peak ?? 0, memory);
  }

  now(): GpuNow | null {
    const percents = [...this.#latest.values()].flatMap(({ percent }) => percent ?? []);
    if (this.#latest.size === 0) return null;
    const percent = percents.length === 0 ? null : percents.reduce((sum, one) => sum + one, 0) / percents.length;
    return { percent, memory: this.#memory() };
  }

  end(): GpuUsage | null {
    this.#ended();
    if (this.#latest.size === 0) return null;
    return {
      count: this.#latest.size,
      ...(this.#looks === 0
        ? {}
        : { meanPercent: Math.round((10 * this.#percents) / this.#looks) / 10, maxPercent: this.#maxPercent }),
      ...(this.#peak === null ? {} : { peakMemory: this.#peak }),
      ...this.#model(),
    };
  }

  #model(): Pick<GpuUsage, "model"> {
    const [model, ...others] = new Set([...this.#latest.values()].map((one) => one.model));
    return model == null || others.length > 0 ? {} : { model };
  }

  #memory(): number | null {
    const known = [...this.#latest.values()].flatMap(({ memory }) => memory ?? []);
    return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0);
  }
}

/** `0, GPU-5e…, 87, 10240, NVIDIA A100-SXM4-80GB`; what the driver does not tell is `[N/A]`. */
function stateIn(line: string): GpuState | null {
  const [index, uuid, percent, memory, model, ...more] = line.split(",").map((field) => field.trim());
  if (index === undefined || uuid === undefined || model === undefined || more.length > 0) return null;
  if (!/^\d{1,4}$/.test(index) || !uuid.startsWith("GPU-")) return null;
  const mib = numberIn(memory);
  return { index, uuid, percent: numberIn(percent), memory: mib === null ? null : mib * 2 ** 20, model: nameIn(model) };
}

/** Longer than any, it is none. */
const MAX_NAME_CHARS = 100;

function nameIn(text: string): string | null {
  return text === "" || text.startsWith("[") || text.length > MAX_NAME_CHARS ? null : text;
}

function numberIn(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
