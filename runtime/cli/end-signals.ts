import process from "node:process";
import { isTerminalGone } from "./is-terminal-gone.ts";
import { SAME_SIGNAL_MS } from "./same-signal-ms.ts";

/** Each resolves with a signal to end: the first, and the one after it. */
export function endSignals(): { readonly first: Promise<void>; readonly second: Promise<void> } {
  const seen: (() => void)[] = [];
  const next = () => new Promise<void>((resolve) => seen.push(resolve));
  const found = { first: next(), second: next() };
  let latest = Number.NEGATIVE_INFINITY;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      if (signal === "SIGHUP" && isTerminalGone()) return;
      const now = performance.now();
      if (now - latest < SAME_SIGNAL_MS) return;
      latest = now;
      seen.shift()?.();
    });
  return found;
}
