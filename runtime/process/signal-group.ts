const IS_WINDOWS = process.platform === "win32";

/**
 * Options of `spawn` for a process that leads a group of its own: Ctrl-C reaches the one that started it alone, and what
 * it has started itself can be ended with it. Windows has no such groups.
 */
export const OWN_GROUP = { detached: !IS_WINDOWS, windowsHide: true } as const;

/** Signals a process that was started with {@link OWN_GROUP}, and all that it has started; nothing where it is gone. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(IS_WINDOWS ? pid : -pid, signal);
  } catch {
    // Gone already.
  }
}
