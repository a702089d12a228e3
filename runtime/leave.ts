/** Enough for V8's threads to come to an end, too short to be noticed. */
const MOMENT_MS = 100;

/**
 * Ends this process: by itself as soon as nothing is open any more, and after a moment in spite of what is. Nothing may
 * follow the call.
 *
 * `process.exit()` right after much work can hang for ever: it waits for V8's compiler threads, and one of those may be
 * waiting for this thread to collect garbage, which it no longer does. Node 24 did so after most calls of `fsck --repair`.
 *
 * @see https://github.com/nodejs/node/issues/54918
 */
export function leave(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(), MOMENT_MS).unref();
}
