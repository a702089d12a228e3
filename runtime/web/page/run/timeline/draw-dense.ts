import { STATUSES } from "../../../api/task-columns.ts";
import { AXIS_HEIGHT, type DrawnTimeline, type TimelineScene, toX } from "./timeline-scene.ts";

const FAILED = STATUSES.indexOf("failed");

/**
 * Several bars to a line of pixels: of those that lie over each other, only what a later one adds is drawn, so that the
 * work is bounded by the pixels. Failed ones come last and are never hidden.
 */
export function drawDense(
  context: CanvasRenderingContext2D,
  scene: TimelineScene,
  { bars, rowHeight }: DrawnTimeline,
): void {
  const { model, colours, critical } = scene;
  const lines = Math.ceil(bars.length * rowHeight);
  const filled = new Int32Array(lines);
  const failures: number[] = [];
  for (let at = 0; at < bars.length; at += 1) {
    const bar = bars[at] ?? 0;
    const row = model.rows[bar] ?? 0;
    const line = Math.min(Math.floor(at * rowHeight), lines - 1);
    const status = model.columns.status[row] ?? 0;
    if (status === FAILED || critical.has(row)) failures.push(at);
    const until = filled[line] ?? 0;
    const start = Math.max(Math.floor(toX(scene, model.start[bar] ?? 0)), until);
    const end = Math.min(Math.max(Math.ceil(toX(scene, model.end[bar] ?? 0)), start), scene.width);
    const ready = Math.max(Math.floor(toX(scene, model.ready[bar] ?? 0)), until);
    if (start > ready) {
      context.fillStyle = colours.line;
      context.fillRect(ready, AXIS_HEIGHT + line, start - ready, 1);
    }
    filled[line] = Math.max(start, until);
    if (end <= start) continue;
    context.fillStyle = colours.bars[status] ?? colours.waiting;
    context.fillRect(start, AXIS_HEIGHT + line, end - start, 1);
    filled[line] = end;
  }
  for (const at of failures) {
    const bar = bars[at] ?? 0;
    const row = model.rows[bar] ?? 0;
    const start = Math.max(toX(scene, model.start[bar] ?? 0), 0);
    const width = Math.max(toX(scene, model.end[bar] ?? 0) - start, 3);
    context.fillStyle = critical.has(row) ? colours.text : (colours.bars[FAILED] ?? colours.text);
    context.fillRect(start, AXIS_HEIGHT + Math.floor(at * rowHeight), width, 2);
  }
  const focused = bars.indexOf(scene.focus);
  if (focused < 0) return;
  context.fillStyle = colours.accent;
  context.fillRect(0, AXIS_HEIGHT + Math.floor(focused * rowHeight), scene.width, 1);
}
