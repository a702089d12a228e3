import { host } from "../../../sdk/base/host.ts";
import type { AttemptResult, ResultLocator } from "../../datastore/records.ts";
import type { StepAttempt, StepCode } from "../step-attempt.ts";
import type { Aspect, AttemptAspect, AttemptEnd, Ending } from "./aspect.ts";

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
  before(): Ending | null {
    for (const aspect of this.#begun) {
      const ending = aspect.before?.() ?? null;
      if (ending !== null) return ending;
    }
    return null;
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

  after(result: ResultLocator): void {
    for (const aspect of this.#begun) aspect.after?.(result);
  }

  async mayRetry(thrown: unknown, code: StepCode): Promise<boolean> {
    for (const aspect of this.#aspects)
      if (aspect.mayRetry !== undefined && !(await aspect.mayRetry(thrown, code))) return false;
    return true;
  }
}
