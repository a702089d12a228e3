import { getEventListeners } from "node:events";

// Kept from before the flow is loaded: a step may replace them.
const Controller = AbortController;
const readAborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted")?.get;

/** `current.signal` of an attempt, and whether the step waits for it, as far as that can be seen from outside. */
export class StepSignal {
  /** Comes to be when the step asks for it: few do. */
  #controller: AbortController | null = null;
  #reason: DOMException | null = null;
  /** Since it was last asked. */
  #wasRead = false;

  signal(): AbortSignal {
    if (this.#controller !== null) return this.#controller.signal;
    const controller = new Controller();
    this.#controller = controller;
    if (this.#reason !== null) controller.abort(this.#reason);
    Object.defineProperty(controller.signal, "aborted", {
      get: () => {
        this.#wasRead = true;
        return isAborted(controller.signal);
      },
      configurable: true,
    });
    return controller.signal;
  }

  abort(reason: DOMException): void {
    this.#reason ??= reason;
    this.#controller?.abort(reason);
  }

  /** Why it was aborted; null while it was not. */
  get reason(): DOMException | null {
    return this.#reason;
  }

  /** True while something listens to the signal, or has asked it since the last call; false once it was aborted. */
  isAwaited(): boolean {
    const wasRead = this.#wasRead;
    this.#wasRead = false;
    if (this.#controller === null || this.#reason !== null) return false;
    return wasRead || isHeard(this.#controller.signal);
  }
}

function isAborted(signal: AbortSignal): boolean {
  return readAborted?.call(signal) === true;
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
