/** How a request was answered. */
export interface AnswerFacts {
  readonly status: number;
  readonly ms: number;
  /** Its client gave it less time than the server does. */
  readonly isHasty?: boolean;
}

/** The client was gone before its answer. */
export const CLIENT_LEFT = 499;

/** Answers of each that are looked at: the last ones. */
const WINDOW = 200;
/** This many failed answers, and this much more of them than of the stable version. */
const LEAST_ERRORS = 5;
const MORE_ERRORS = 0.05;
/** Fewer answers tell little of latency, and the first ones are those of a process that is not warm. */
const LEAST_ANSWERS = 100;
const COLD_ANSWERS = 20;
/** The canary's p95 may be this much of the stable version's, and this much more. */
const TIMES_SLOWER = 2;
const SLOWER_MS = 20;
/** Quantiles are not looked at for each answer. */
const LOOK_EVERY = 10;

/** Finds out that a canary fails more often, or is slower, than the version beside it. */
export class CanaryGuard {
  #stable = new LastAnswers();
  #canary = new LastAnswers();
  #cold = COLD_ANSWERS;

  /** Forgets what it saw: another version answers. */
  reset(): void {
    this.#canary = new LastAnswers();
    this.#cold = COLD_ANSWERS;
  }

  stable(answer: AnswerFacts): void {
    if (!isImpatience(answer)) this.#stable.add(answer);
  }

  /** @returns why the canary should not answer any more; null where it may */
  canary(answer: AnswerFacts): string | null {
    if (isImpatience(answer)) return null;
    const canary = this.#canary;
    canary.add(answer, { isCold: this.#cold > 0 });
    this.#cold = Math.max(this.#cold - 1, 0);
    const { errors, size } = canary;
    if (errors >= LEAST_ERRORS && errors / size > this.#stable.errorShare + MORE_ERRORS)
      return `${errors} of its last ${size} answers failed, and ${this.#stable.errors} of ${this.#stable.size} of the other version`;
    if (canary.timed < LEAST_ANSWERS || this.#stable.timed < LEAST_ANSWERS || canary.timed % LOOK_EVERY > 0)
      return null;
    const [own, other] = [canary.p95(), this.#stable.p95()];
    if (own <= other * TIMES_SLOWER + SLOWER_MS) return null;
    return `95 % of its answers took up to ${own.toFixed(0)} ms, and those of the other version ${other.toFixed(0)} ms`;
  }
}

/** Who allows a millisecond is too late with any version. */
function isImpatience({ status, isHasty = false }: AnswerFacts): boolean {
  return isHasty && (status === 429 || status === 504 || status === CLIENT_LEFT);
}

/** The last answers of one version. */
class LastAnswers {
  readonly #isError: boolean[] = [];
  readonly #times: number[] = [];
  #errors = 0;
  /** Answers whose time counts, ever. */
  timed = 0;

  get size(): number {
    return this.#isError.length;
  }

  get errors(): number {
    return this.#errors;
  }

  get errorShare(): number {
    return this.size === 0 ? 0 : this.#errors / this.size;
  }

  add({ status, ms }: AnswerFacts, { isCold = false }: { readonly isCold?: boolean } = {}): void {
    // What a client did wrong says nothing of a version; that too many requests wait for it does, and that nobody waits any more.
    const isError = status >= 500 || status === 429 || status === CLIENT_LEFT;
    this.#isError.push(isError);
    if (isError) this.#errors += 1;
    if (this.#isError.length > WINDOW && this.#isError.shift() === true) this.#errors -= 1;
    if (isError || isCold || status !== 200) return;
    this.timed += 1;
    this.#times.push(ms);
    if (this.#times.length > WINDOW) this.#times.shift();
  }

  p95(): number {
    const sorted = this.#times.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  }
}
