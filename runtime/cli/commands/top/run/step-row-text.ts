import type { Colors } from "picocolors/types.js";
import { durationText } from "../../../../text/duration-text.ts";
import { bar } from "../../../progress/bar.ts";
import { cutLine, fitted, fittedRight } from "../list/fitted.ts";
import type { RunModel } from "./run-model.ts";

const [NAME_CELLS, BAR_CELLS, COUNT_CELLS, TIME_CELLS] = [16, 12, 13, 12];

/** A step with how far it is; on a narrow screen without the bar. */
export function stepRowText(
  model: RunModel,
  { at, room, colors }: { at: number; room: number; colors: Colors },
): string {
  const name = model.document.graph.steps[at]?.name ?? "";
  const { done, total, running, failed, retrying, stopped, reused, firstStart, lastEnd } = model.counts.of(name);
  const isWide = room >= 60;
  const nameCells = Math.min(NAME_CELLS, Math.max(room - COUNT_CELLS, 6));
  if (total === 0 && done === 0) return colors.dim(fitted(name, nameCells));
  const isRunning = model.status === "running" && running > 0;
  const took = firstStart === 0 ? "" : durationText((isRunning ? Date.now() : lastEnd) - firstStart);
  const notes = [
    { text: `${failed} failed`, paint: colors.red, is: failed > 0 },
    { text: `${running} ${model.status === "running" ? "running" : "stale"}`, paint: colors.cyan, is: running > 0 },
    { text: `${retrying} retrying`, paint: colors.yellow, is: retrying > 0 },
    { text: `${stopped} stopped`, paint: colors.yellow, is: stopped > 0 },
    { text: `${reused} reused`, paint: colors.dim, is: reused > 0 },
  ].filter(({ is }) => is);
  const drawn = isWide ? `${bar(total === 0 ? 0 : Math.min(done / total, 1), { colors, cells: BAR_CELLS })} ` : "";
  const time = isWide ? `${colors.dim(fittedRight(took, TIME_CELLS))}  ` : "";
  let left = room - nameCells - 1 - COUNT_CELLS - (isWide ? BAR_CELLS + 1 + TIME_CELLS + 2 : 0) - 2;
  let shown = "";
  for (const { text, paint } of notes) {
    const cut = cutLine(text, left);
    shown += `${paint(cut)}  `;
    left -= cut.length + 2;
    if (left <= 0) break;
  }
  return `${fitted(name, nameCells)} ${drawn}${fittedRight(`${done}/${total}`, COUNT_CELLS)}  ${time}${shown}`;
}
