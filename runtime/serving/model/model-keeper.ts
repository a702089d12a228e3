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

/** Keeps the workers of the version that is meant. Others are ready before those of the version before end. */
export class ModelKeeper {
  readonly #options: ModelKeeperOptions;
  readonly #generations = new Set<Generation>();
  #current: Generation | null = null;
  #version: ServedVersion | null = null;
  #wanted: ServedVersion | null = null;
  #failed: string | null = null;
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
    const { generation, problem } = await this.#load(version);
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
    if (!this.#isSwapping) void this.#swap();
  }

  killStuck(before: number, how: string): void {
    for (const one of this.#generations) one.killStuck(before, how);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#generations].map((one) => one.drain()));
  }

  kill(): void {
    for (const one of this.#generations) one.kill();
  }

  async #swap(): Promise<void> {
    this.#isSwapping = true;
    for (let wanted = this.#next(); wanted !== null; wanted = this.#next()) {
      const { generation, problem } = await this.#load(wanted);
      if (problem !== null) {
        generation.kill();
        this.#failed = keyOf(wanted);
        this.#options.note(
          `${versionText(wanted)} cannot be loaded, the version before answers on: ${problem.headline}`,
        );
        continue;
      }
      const before = this.#current;
      this.#failed = null;
      this.#use(generation, wanted);
      if (before !== null) void this.#end(before);
    }
    this.#isSwapping = false;
  }

  /** The version that is to come; null where it is there, or cannot be loaded. */
  #next(): ServedVersion | null {
    const wanted = this.#wanted;
    return wanted === null || isSame(this.#version, wanted) || this.#failed === keyOf(wanted) ? null : wanted;
  }

  async #load(version: ServedVersion | null): Promise<{ generation: Generation; problem: ServiceProblem | null }> {
    const generation = this.#options.start(version);
    this.#generations.add(generation);
    const problem = await generation.loaded();
    if (problem !== null) this.#generations.delete(generation);
    return { generation, problem };
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
