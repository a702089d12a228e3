import { host } from "../../../sdk/base/host.ts";
import type { AttemptResult, ResultLocator } from "../../datastore/records.ts";
import type { StepAttempt, StepCode } from "../step-attempt.ts";
import type { Aspect, AttemptAspect, AttemptEnd, CodeEnd, Ending } from "./aspect.ts";

/** The aspects of one attempt, called in their order. */
export class AttemptAspects {
  readonly #aspects: readonly Aspect[];
  readonly #begun: AttemptAspect[] = [];

  constructor(aspects: readonly Aspect[]) {
    this.#aspects = aspects;
  }

  begin(attempt: StepAttempt): void {
    const task = host().task;
    for (const aspect of this.#aspects) {
      const begun = aspect.begin?.(attempt);
      if (begun === undefined) continue;
      this.#begun.push(begun);
      if (task === undefined) continue;
      // With their getters: what nobody asks for is not made.
      if (begun.current !== undefined)
        Object.defineProperties(task.current, Object.getOwnPropertyDescriptors(begun.current));
      if (begun.host !== undefined) Object.assign(task, begun.host);
    }
  }

  /** The first ending that takes the place of the step's code, if any. */
  async before(): Promise<Ending | null> {
    for (const aspect of this.#begun) {
      const begun = aspect.before?.() ?? null;
      const ending = begun instanceof Promise ? await begun : begun;
      if (ending !== null) return ending;
    }
    return null;
  }

  around(body: () => Promise<void>): Promise<void> {
    let run = body;
    for (let at = this.#begun.length - 1; at >= 0; at--) {
      const aspect = this.#begun[at];
      const inner = run;
      if (aspect?.around !== undefined) run = () => aspect.around?.(inner) ?? inner();
    }
    return run();
  }

  /** False where no aspect waits for the end of the code. */
  get awaitsEnd(): boolean {
    return this.#begun.some((aspect) => aspect.ended !== undefined);
  }

  async ended(end: CodeEnd): Promise<void> {
    for (const aspect of this.#begun) await aspect.ended?.(end);
  }

  catches(): boolean {
    return this.#begun.some((aspect) => aspect.catches?.() === true);
  }

  leave(end: AttemptEnd): void {
    for (const aspect of this.#begun) aspect.leave?.(end);
  }

  recorded(): Partial<AttemptResult> {
    let all: Partial<AttemptResult> = {};
    for (const aspect of this.#begun) {
      const own = aspect.recorded?.() ?? null;
      if (own !== null) all = { ...all, ...own };
    }
    return all;
  }

  committing(result: AttemptResult): void {
    for (const aspect of this.#begun) aspect.committing?.(result);
  }

  after(result: ResultLocator): void {
    for (const aspect of this.#begun) aspect.after?.(result);
  }

  close(): void {
    for (const aspect of this.#begun) aspect.close?.();
  }

  async mayRetry(thrown: unknown, code: StepCode): Promise<boolean> {
    for (const aspect of this.#aspects)
      if (aspect.mayRetry !== undefined && !(await aspect.mayRetry(thrown, code))) return false;
    return true;
  }
}
