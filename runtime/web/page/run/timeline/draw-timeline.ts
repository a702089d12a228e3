import { STATUSES } from "../../../api/task-columns.ts";
import { drawAxis } from "./draw-axis.ts";
import { drawDense } from "./draw-dense.ts";
import { drawGaps } from "./draw-gaps.ts";
import { barsIn } from "./timeline-model.ts";
import { AXIS_HEIGHT, type DrawnTimeline, type TimelineScene, toX } from "./timeline-scene.ts";

const MAX_ROW = 20;
/** Below this height bars are bucketed to pixels. */
const MIN_ROW = 3;
const LABELLED_ROW = 12;

export function drawTimeline(context: CanvasRenderingContext2D, scene: TimelineScene): DrawnTimeline {
  const { model, sight, width, height, colours } = scene;
  const bars = barsIn(model, sight);
  const first = Math.floor(sight.top * bars.length);
  const shown = bars.subarray(first, Math.max(Math.ceil(sight.bottom * bars.length), first + 1));
  const rowHeight = Math.min((height - AXIS_HEIGHT) / Math.max(shown.length, 1), MAX_ROW);
  context.clearRect(0, 0, width, height);
  drawAxis(context, scene);
  const drawn = { bars: shown, first, rowHeight };
  if (rowHeight < MIN_ROW) drawDense(context, scene, drawn);
  else drawBars(context, scene, drawn);
  drawGaps(context, scene);
  if (scene.selected !== null) {
    const [from, to] = scene.selected;
    context.globalAlpha = 0.2;
    context.fillStyle = colours.accent;
    context.fillRect(Math.min(from, to), 0, Math.abs(to - from), height);
    context.globalAlpha = 1;
  }
  return drawn;
}

function drawBars(context: CanvasRenderingContext2D, scene: TimelineScene, { bars, rowHeight }: DrawnTimeline): void {
  const { model, colours, critical, focus, width } = scene;
  const { columns } = model;
  const gap = rowHeight > 6 ? 2 : 1;
  const thickness = Math.max(rowHeight - gap, 1);
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  for (let at = 0; at < bars.length; at += 1) {
    const bar = bars[at] ?? 0;
    const row = model.rows[bar] ?? 0;
    const y = AXIS_HEIGHT + at * rowHeight;
    const ready = Math.max(toX(scene, model.ready[bar] ?? 0), 0);
    const start = toX(scene, model.start[bar] ?? 0);
    const end = Math.min(Math.max(toX(scene, model.end[bar] ?? 0), start + 1.5), width);
    if (start > ready) {
      context.fillStyle = colours.waiting;
      context.fillRect(ready, y + thickness / 2 - 1, Math.min(start, width) - ready, 2);
    }
    context.fillStyle = colours.bars[columns.status[row] ?? 0] ?? colours.waiting;
    context.fillRect(Math.max(start, 0), y, end - Math.max(start, 0), thickness);
    if (critical.has(row)) {
      context.strokeStyle = colours.text;
      context.lineWidth = 1.5;
      context.strokeRect(
        Math.max(start, 0) + 0.75,
        y + 0.75,
        Math.max(end - Math.max(start, 0) - 1.5, 1),
        thickness - 1.5,
      );
    }
    if (bar === focus) {
      context.strokeStyle = colours.accent;
      context.lineWidth = 2;
      context.strokeRect(Math.max(ready, 0) - 1, y - 1, end - Math.max(ready, 0) + 2, thickness + 2);
    }
    if (rowHeight >= LABELLED_ROW) drawLabel(context, scene, { row, end, y: y + thickness / 2 });
  }
}

interface Label {
  readonly row: number;
  readonly end: number;
  readonly y: number;
}

/** Behind the bar; where there is no room, the tip says it. */
function drawLabel(context: CanvasRenderingContext2D, scene: TimelineScene, { row, end, y }: Label): void {
  const { columns } = scene.model;
  const index = columns.index[row] ?? -1;
  const failed = STATUSES[columns.status[row] ?? 0] === "failed" ? " ✕" : "";
  const name = `${columns.steps[columns.step[row] ?? 0] ?? ""}/${columns.task[row] ?? 0}`;
  const text = `${name}${index < 0 ? "" : ` [${index}]`}${failed}`;
  if (end + 200 > scene.width && end + context.measureText(text).width + 8 > scene.width) return;
  context.fillStyle = scene.colours.quiet;
  context.fillText(text, end + 5, y);
}
