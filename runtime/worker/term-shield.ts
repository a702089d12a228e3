/** A supervisor that was told at the same time says so within this time; its own SIGTERM comes later than that. */
const SHIELD_MS = 1500;

/**
 * Some clusters send SIGTERM to every process of a job. The supervisor is who it is meant for: it asks the step to stop,
 * and insists by a SIGTERM of its own. One that comes before that must not end the step unasked; without any word of the
 * supervisor's it counts after all.
 */
export class TermShield {
  readonly #now: () => number;
  #askedAt: number | null = null;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  raise(): void {
    if (!process.listeners("SIGTERM").includes(this.#onTerm)) process.on("SIGTERM", this.#onTerm);
  }

  /** The supervisor has asked the step to stop. */
  asked(): void {
    this.#askedAt ??= this.#now();
  }

  readonly #onTerm = (): void => {
    if (this.#askedAt !== null && this.#now() - this.#askedAt >= SHIELD_MS) return this.#end();
    setTimeout(() => {
      if (this.#askedAt === null) this.#end();
    }, SHIELD_MS);
  };

  /** As if nobody had listened; a step that does decides for itself. */
  #end(): void {
    process.removeListener("SIGTERM", this.#onTerm);
    if (process.listenerCount("SIGTERM") === 0) process.kill(process.pid, "SIGTERM");
  }
}
