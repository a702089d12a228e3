import { once, EventEmitter } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { FlowSpec, type Inputs, catchError, current, main, step, timeout } from "millrace";

function never(): Promise<never> {
  return new Promise<never>(() => undefined);
}

const WAYS: Record<string, () => Promise<unknown>> = {
  listener: () => new Promise((resolve) => current.signal.addEventListener("abort", resolve)),
  onabort: () => new Promise((resolve) => (current.signal.onabort = resolve)),
  "AbortSignal.any": () => {
    const both = AbortSignal.any([new AbortController().signal, current.signal]);
    return new Promise((resolve) => both.addEventListener("abort", resolve, { once: true }));
  },
  "events.once": () => once(new EventEmitter(), "never", { signal: current.signal }),
  "a timer that holds nothing up": () => pause(60_000, null, { signal: current.signal, ref: false }),
  "looks again and again": () =>
    new Promise<void>((resolve) => {
      const look = () => (current.signal.aborted ? resolve() : void setTimeout(look, 50).unref());
      look();
    }),
};

const STUCK: Record<string, () => Promise<unknown>> = {
  "no signal": never,
  "a signal that was read once": () => (current.signal.aborted ? Promise.resolve() : never()),
  "a listener that was taken back": () => {
    const listener = () => undefined;
    current.signal.addEventListener("abort", listener);
    current.signal.removeEventListener("abort", listener);
    return never();
  },
  "a signal of its own": () =>
    new Promise((resolve) => new AbortController().signal.addEventListener("abort", resolve)),
};

export class WaitsFlow extends FlowSpec {
  ways: readonly string[] = [];
  way = "";
  failure?: Error;
  failures: Record<string, string> = {};

  @step start() {
    this.ways = [...Object.keys(WAYS), ...Object.keys(STUCK)];
    this.next(this.wait, { foreach: "ways" });
  }

  @timeout({ seconds: 4 })
  @catchError({ as: "failure" })
  @step
  async wait(way: string) {
    this.way = way;
    await (WAYS[way] ?? STUCK[way] ?? never)();
    this.next(this.join);
  }

  @step join(inputs: Inputs<WaitsFlow>) {
    for (const [at, way] of (inputs[0]?.ways ?? []).entries()) this.failures[way] = inputs[at]?.failure?.name ?? "none";
    this.next(this.end);
  }

  @step end() {}
}

main(WaitsFlow);
