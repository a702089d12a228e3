import { durationText } from "../../../../text/duration-text.ts";
import { AXIS_HEIGHT as HEIGHT, type TimelineScene, toX } from "./timeline-scene.ts";

/** Idle time that is folded: bands over all rows that say how long it was. */
export function drawGaps(context: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { width, height, colours, model } = scene;
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  for (const { at, width: folded, start, end } of model.folds.gaps) {
    const x = toX(scene, at);
    const pixels = toX(scene, at + folded) - x;
    if (x > width || toX(scene, at + folded) < 0) continue;
    context.fillStyle = colours.line;
    context.fillRect(x, HEIGHT, pixels, height - HEIGHT);
    context.fillStyle = colours.quiet;
    context.save();
    context.translate(x + pixels / 2, height - 10);
    context.rotate(-Math.PI / 2);
    context.fillText(`${durationText(end - start)} idle`, 0, 0);
    context.restore();
  }
}
