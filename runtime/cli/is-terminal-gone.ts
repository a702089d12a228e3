import tty from "node:tty";

const hadTerminal = [0, 1, 2].filter((descriptor) => tty.isatty(descriptor));

/** True if this process was started in a terminal that is not there any more. */
export function isTerminalGone(): boolean {
  return hadTerminal.length > 0 && !hadTerminal.some((descriptor) => tty.isatty(descriptor));
}
