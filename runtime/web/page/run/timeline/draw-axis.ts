import { durationText } from "../../../../text/duration-text.ts";
import { AXIS_HEIGHT as HEIGHT, type TimelineScene, toX } from "./timeline-scene.ts";

const STEPS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  1_800_000, 3_600_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000, 172_800_000, 604_800_000,
];
const APART_PX = 96;
const MAX_TICKS = 60;

/** Times since the start above the bars. */
export function drawAxis(context: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { sight, width, height, colours, model } = scene;
  const { folds } = model;
  const perPixel = (sight.to - sight.from) / width;
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  const origin = folds.unfold(0);
  const step = STEPS_MS.find((one) => one / perPixel >= APART_PX) ?? Math.ceil(APART_PX * perPixel);
  const first = Math.ceil((folds.unfold(sight.from) - origin) / step);
  let lastX = Number.NEGATIVE_INFINITY;
  for (let tick = first; tick < first + MAX_TICKS * 40; tick += 1) {
    const x = toX(scene, folds.fold(origin + tick * step));
    if (x > width) break;
    if (x < 0 || x - lastX < APART_PX * 0.6) continue;
    lastX = x;
    context.fillStyle = colours.line;
    context.fillRect(Math.round(x), HEIGHT - 4, 1, height - HEIGHT + 4);
    context.fillStyle = colours.quiet;
    context.fillText(tick === 0 ? "0" : shortTime(tick * step), Math.round(x) + 3, HEIGHT / 2);
  }
}

/** `1.0 s` is `1 s` on an axis. */
function shortTime(ms: number): string {
  return durationText(ms)
    .replace(/\.0 s$/, " s")
    .replace(/ 00 (s|min)$/, "");
}
