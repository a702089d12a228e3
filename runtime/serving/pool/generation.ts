import { messageOf } from "../../../sdk/base/message-of.ts";
import type { ServiceProblem, ServiceSetup } from "../channel/service-command.ts";
import type { ServedVersion } from "./served-version.ts";
import { type BatchAnswers, type BatchBody, ServiceProcess } from "./service-process.ts";

export interface GenerationOptions {
  readonly version: ServedVersion | null;
  readonly setup: ServiceSetup;
  readonly env: NodeJS.ProcessEnv;
  /** How many processes. */
  readonly workers: number;
  /** How far its processes stand back behind others: 0, or up to 19. */
  readonly niceness: number;
  /** A worker is free, or was replaced. */
  onFree(): void;
  /** A worker ended that was not asked to. */
  onLost(how: string): void;
}

/** What a worker is at. */
export interface RunningBatch {
  readonly startedAt: number;
  onAnswers(answers: BatchAnswers): void;
  onLost(how: string): void;
}

interface Place {
  /** Null where none could be started yet. */
  worker: ServiceProcess | null;
  batch: RunningBatch | null;
  /** How often in a row it ended before it was ready. */
  failures: number;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/** The workers with one version of the model. One that ends is replaced; all end together, once they are drained. */
export class Generation {
  readonly version: ServedVersion | null;
  readonly #options: GenerationOptions;
  readonly #places: Place[] = [];
  #isDraining = false;
  #restarts = 0;
  #whenDrained: (() => void)[] = [];

  constructor(options: GenerationOptions) {
    this.#options = options;
    this.version = options.version;
    for (let index = 0; index < options.workers; index++) {
      const place: Place = { worker: null, batch: null, failures: 0 };
      this.#places.push(place);
      this.#start(place);
    }
  }

  /** Workers that were replaced. */
  get restarts(): number {
    return this.#restarts;
  }

  /** How many can answer. */
  get ready(): number {
    return this.#places.filter(({ worker }) => worker?.isReady === true).length;
  }

  get pids(): number[] {
    return this.#places.flatMap(({ worker }) => worker?.pid ?? []);
  }

  /** When all workers have loaded the service; what the first said that could not. */
  async loaded(): Promise<ServiceProblem | null> {
    const workers = this.#places.flatMap(({ worker }) => worker ?? []);
    if (workers.length < this.#places.length) return problem("a worker cannot be started");
    return new Promise((resolve) => {
      const each = workers.map(async (worker) => {
        await worker.ready;
        if (!worker.isReady) resolve(worker.problem ?? problem("a worker ended while it loaded the service"));
      });
      void Promise.all(each).then(() => resolve(null));
    });
  }

  hasFree(): boolean {
    return this.#places.some(isFree);
  }

  /** Gives a batch to a free worker; there has to be one. */
  run(method: string, { requests, ...batch }: RunningBatch & { readonly requests: readonly BatchBody[] }): void {
    const place = this.#places.find(isFree);
    if (place?.worker == null) throw new Error("no worker is free");
    place.batch = batch;
    place.worker.batch(method, requests);
  }

  /** Ends workers that have been at a batch since before. */
  killStuck(before: number, how: string): void {
    for (const { worker, batch } of this.#places) if (batch !== null && batch.startedAt < before) worker?.kill(how);
  }

  /** Ends each worker when it has answered what it is at. */
  drain(): Promise<void> {
    this.#isDraining = true;
    for (const place of this.#places) if (place.batch === null) place.worker?.end();
    return new Promise((resolve) => {
      this.#whenDrained.push(resolve);
      this.#tellDrained();
    });
  }

  kill(): void {
    this.#isDraining = true;
    for (const { worker } of this.#places) worker?.kill("the server ended it");
  }

  #start(place: Place): void {
    const { setup, env, niceness } = this.#options;
    let worker: ServiceProcess;
    try {
      worker = new ServiceProcess({
        ...{ setup, env, niceness },
        onAnswers: (answers) => this.#answered(place, answers),
        onEnd: ({ how }) => this.#ended(place, how),
      });
    } catch (error) {
      // The system may have no memory or files left, and some later.
      return this.#startLater(place, `it cannot be started: ${messageOf(error)}`);
    }
    place.worker = worker;
    void worker.ready.then(() => {
      if (!worker.isReady) return;
      place.failures = 0;
      if (this.#isDraining) worker.end();
      else this.#options.onFree();
    });
  }

  #answered(place: Place, answers: BatchAnswers): void {
    const { batch } = place;
    place.batch = null;
    batch?.onAnswers(answers);
    if (this.#isDraining) place.worker?.end();
    else this.#options.onFree();
  }

  #ended(place: Place, how: string): void {
    const { batch, worker } = place;
    place.batch = null;
    batch?.onLost(how);
    if (this.#isDraining) return this.#tellDrained();
    if (worker?.isReady === true) place.failures = 0;
    this.#startLater(place, how);
  }

  #startLater(place: Place, how: string): void {
    this.#options.onLost(how);
    this.#restarts += 1;
    const pause = place.failures === 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** place.failures, LONGEST_PAUSE_MS);
    place.failures += 1;
    setTimeout(() => {
      if (!this.#isDraining) this.#start(place);
    }, pause);
  }

  #tellDrained(): void {
    if (!this.#places.every(({ worker }) => worker?.isOver !== false)) return;
    for (const tell of this.#whenDrained.splice(0)) tell();
  }
}

function isFree({ worker, batch }: Place): boolean {
  return batch === null && worker?.isReady === true;
}

function problem(headline: string): ServiceProblem {
  return { headline, details: [], hint: undefined };
}
