import type { TimelineColours } from "./timeline-scene.ts";

/** Of the bars, in the order of the statuses: pending, running, succeeded, failed, caught, stale. */
const BARS = ["waiting", "running", "done", "failed", "caught", "stale"];

/** As the style sheet has them by now, dark or light. */
export function timelineColours(legend: HTMLElement): TimelineColours {
  const swatch = (name: string): string => {
    const element = legend.querySelector(`[data-part="${name}"]`);
    return element === null ? "gray" : getComputedStyle(element).backgroundColor;
  };
  const style = getComputedStyle(legend);
  return {
    text: style.color,
    quiet: style.color,
    line: style.borderTopColor,
    back: style.backgroundColor,
    accent: style.outlineColor,
    waiting: swatch("waiting"),
    bars: BARS.map(swatch),
  };
}
