import { isTerminalGone } from "./is-terminal-gone.ts";
import { SAME_SIGNAL_MS } from "./same-signal-ms.ts";

/** Passes on what asks this process to end; a second time it is meant to be at once, a third time nothing is waited for. */
export function onInterrupt(
  interrupt: (reason: string) => void,
  say: (text: string) => void,
): { happened: () => boolean; stop: () => void } {
  let count = 0;
  let latest = Number.NEGATIVE_INFINITY;
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const handlers = signals.map((signal) => {
    const handler = () => {
      // Closing a window or losing a connection is not a word about the run. Node forgets that it was to ignore the signal.
      if (signal === "SIGHUP" && isTerminalGone()) return;
      const now = performance.now();
      if (now - latest < SAME_SIGNAL_MS) return;
      latest = now;
      count += 1;
      if (count === 1) say("interrupted: the running tasks are asked to stop; again to kill them");
      interrupt(`interrupted by ${signal}`);
      if (count === 2) stop();
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  function stop(): void {
    for (const off of handlers) off();
  }
  return { happened: () => count > 0, stop };
}
