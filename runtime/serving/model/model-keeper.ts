import type { ServiceProblem } from "../channel/service-command.ts";
import type { Generation } from "../pool/generation.ts";
import { type ServedVersion, versionText } from "../pool/served-version.ts";
import { serviceError } from "./service-error.ts";

export interface ModelKeeperOptions {
  /** Starts workers with a version. */
  start(version: ServedVersion | null): Generation;
  /** Workers are ready to answer in place of those before. */
  onReady(generation: Generation): void;
  /** For the log. */
  note(text: string): void;
}

/** So long the workers of another version may take until they are ready. */
const LOAD_LIMIT_MS = 10 * 60_000;

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/** Workers with a version, and why they cannot answer. */
interface Loading {
  readonly generation: Generation;
  readonly problem: ServiceProblem | null;
}

/** Keeps the workers of the version that is meant. Others are ready before those of the version before end. */
export class ModelKeeper {
  readonly #options: ModelKeeperOptions;
  readonly #generations = new Set<Generation>();
  #current: Generation | null = null;
  #version: ServedVersion | null = null;
  #wanted: ServedVersion | null = null;
  /** The version that could not be loaded, how often in a row, and when it is tried again. */
  #failed: { readonly key: string; readonly times: number; readonly timer: NodeJS.Timeout } | null = null;
  #isPaused = false;
  /** Ends the wait for a version that is not meant any more. */
  #overtake: ((version: ServedVersion) => void) | null = null;
  #isSwapping = false;
  #restarts = 0;

  constructor(options: ModelKeeperOptions) {
    this.#options = options;
  }

  /** What is known of the version that answers. */
  get version(): ServedVersion | null {
    return this.#version;
  }

  /** Processes that can answer. */
  get ready(): number {
    return this.#current?.ready ?? 0;
  }

  get restarts(): number {
    let count = this.#restarts;
    for (const one of this.#generations) count += one.restarts;
    return count;
  }

  get pids(): number[] {
    return [...this.#generations].flatMap(({ pids }) => pids);
  }

  /** @throws MillraceError `MILLRACE_SERVICE` where the service cannot be loaded with it */
  async open(version: ServedVersion | null): Promise<void> {
    const { generation, problem } = await this.#load(version, Infinity);
    if (problem === null) return this.#use(generation, version);
    generation.kill();
    const { headline, details, hint } = problem;
    throw serviceError(`Cannot start the service because it cannot be loaded: ${headline}`, {
      details,
      ...(hint === undefined ? {} : { hint }),
    });
  }

  /** The reference means this version now. */
  want(version: ServedVersion): void {
    this.#wanted = version;
    if (isSame(this.#version, version)) this.#version = version;
    if (this.#failed !== null && this.#failed.key !== keyOf(version)) this.#forgetFailure();
    this.#overtake?.(version);
    if (!this.#isSwapping) void this.#swap();
  }

  killStuck(before: number, how: string): void {
    for (const one of this.#generations) one.killStuck(before, how);
  }

  async close(): Promise<void> {
    this.#wanted = null;
    this.#forgetFailure();
    await Promise.all([...this.#generations].map((one) => one.drain()));
  }

  kill(): void {
    this.#wanted = null;
    this.#forgetFailure();
    for (const one of this.#generations) one.kill();
  }

  async #swap(): Promise<void> {
    this.#isSwapping = true;
    try {
      for (let wanted = this.#next(); wanted !== null; wanted = this.#next()) await this.#replace(wanted);
    } finally {
      this.#isSwapping = false;
    }
  }

  async #replace(wanted: ServedVersion): Promise<void> {
    const { generation, problem } = await this.#load(wanted, LOAD_LIMIT_MS);
    if (problem !== null) {
      generation.kill();
      // One that is not meant any more has not failed.
      if (this.#wanted === null || !isSame(this.#wanted, wanted)) return;
      const seconds = this.#failure(wanted) / 1000;
      const before = "cannot be loaded, the version before answers on";
      return this.#options.note(
        `${versionText(wanted)} ${before}: ${problem.headline}; it is tried again in ${seconds} s`,
      );
    }
    const before = this.#current;
    this.#forgetFailure();
    this.#use(generation, wanted);
    if (before !== null) void this.#end(before);
  }

  /** @returns after how many milliseconds it is tried again */
  #failure(version: ServedVersion): number {
    const key = keyOf(version);
    const times = this.#failed?.key === key ? this.#failed.times + 1 : 1;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (times - 1), LONGEST_PAUSE_MS);
    const timer = setTimeout(() => {
      this.#isPaused = false;
      if (!this.#isSwapping) void this.#swap();
    }, pause).unref();
    this.#isPaused = true;
    this.#failed = { key, times, timer };
    return pause;
  }

  #forgetFailure(): void {
    clearTimeout(this.#failed?.timer);
    this.#failed = null;
    this.#isPaused = false;
  }

  /** The version that is to come; null where it is there, or could not be loaded a moment ago. */
  #next(): ServedVersion | null {
    const wanted = this.#wanted;
    return wanted === null || isSame(this.#version, wanted) || this.#isPaused ? null : wanted;
  }

  async #load(version: ServedVersion | null, limitMs: number): Promise<Loading> {
    const generation = this.#options.start(version);
    this.#generations.add(generation);
    const problem = await Promise.race([generation.loaded(), this.#givenUp(version, limitMs)]);
    this.#overtake = null;
    if (problem !== null) this.#generations.delete(generation);
    return { generation, problem };
  }

  /** When a version that loads is not waited for any longer. */
  #givenUp(version: ServedVersion | null, limitMs: number): Promise<ServiceProblem> {
    return new Promise((resolve) => {
      const give = (headline: string) => resolve({ headline, details: [], hint: undefined });
      this.#overtake = (other) => {
        if (!isSame(version, other)) give("another version is meant by now");
      };
      if (limitMs !== Infinity)
        setTimeout(() => give(`it was not ready within ${limitMs / 60_000} minutes`), limitMs).unref();
    });
  }

  #use(generation: Generation, version: ServedVersion | null): void {
    this.#current = generation;
    this.#version = version;
    this.#options.onReady(generation);
  }

  async #end(generation: Generation): Promise<void> {
    await generation.drain();
    this.#restarts += generation.restarts;
    this.#generations.delete(generation);
  }
}

function isSame(a: ServedVersion | null, b: ServedVersion): boolean {
  return a !== null && keyOf(a) === keyOf(b);
}

function keyOf({ name, number, hash }: ServedVersion): string {
  return `${name}@${number} ${hash}`;
}
