import { keepColors, leavesColorsOn, RESET } from "../on-screen.ts";

/**
 * Output of a task for people. Its colours stay. A line that was written over and over, as progress bars are, is shown
 * as it ended, with a word about what was there before.
 */
export function shownOutput(line: string): string {
  const states = line.split("\r").filter((state) => state !== "");
  const shown = keepColors(states.at(-1) ?? "");
  return states.length > 1 ? `${shown} (rewritten ${states.length - 1}x)` : shown;
}

/** The same as a line among those of other tasks, which do not take its colours over. */
export function logLine(line: string): string {
  const shown = shownOutput(line);
  return leavesColorsOn(shown) === true ? shown + RESET : shown;
}
