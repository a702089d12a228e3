import { onScreen } from "../../runtime/cli/on-screen.ts";
import { logLine, shownOutput } from "../../runtime/cli/show/log-line.ts";

/** A line of a log as the terminal gets it, alone and among others. */
export function openLine(text: string): string {
  return onScreen(shownOutput(text));
}

export function closedLine(text: string): string {
  return onScreen(logLine(text));
}
