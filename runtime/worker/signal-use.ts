import { getEventListeners } from "node:events";

/** Whether a step waits for its signal, as far as that can be seen from outside. */
export class SignalUse {
  readonly #signal: AbortSignal;
  readonly #isAborted: () => boolean;
  /** Since it was last asked. */
  #wasRead = false;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    const read = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted")?.get;
    this.#isAborted = () => read?.call(signal) === true;
    Object.defineProperty(signal, "aborted", {
      get: () => {
        this.#wasRead = true;
        return this.#isAborted();
      },
      configurable: true,
    });
  }

  /** True while something listens to the signal, or has asked it since the last call; false once it was aborted. */
  isAwaited(): boolean {
    const wasRead = this.#wasRead;
    this.#wasRead = false;
    return !this.#isAborted() && (wasRead || isHeard(this.#signal));
  }
}

function isHeard(signal: AbortSignal): boolean {
  return getEventListeners(signal, "abort").length > 0 || followersOf(signal).some(isHeard);
}

/** The signals that `AbortSignal.any` made of this one: Node keeps them where no listener shows, in a set of its own kind. */
function followersOf(signal: AbortSignal): AbortSignal[] {
  const key = Object.getOwnPropertySymbols(signal).find(({ description }) => description === "kDependantSignals");
  const followers = key === undefined ? [] : (signal as unknown as Record<symbol, unknown>)[key];
  return [...(followers as Iterable<WeakRef<AbortSignal>>)].flatMap((follower) => follower.deref() ?? []);
}
