import { onScreen } from "../../runtime/cli/paint.ts";
import { logLine, shownOutput } from "../../runtime/cli/show/log-line.ts";

/** A line of a log as the terminal gets it, alone and among others. */
export const openLine = (text: string) => onScreen(shownOutput(text));
export const closedLine = (text: string) => onScreen(logLine(text));
