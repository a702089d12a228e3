import type { TimelineSight } from "./timeline-model.ts";

/** All of it, with a little room at the end for labels. */
export function wholeSight(length: number): TimelineSight {
  return { from: -length * 0.005, to: length * 1.08, top: 0, bottom: 1 };
}

/** Moved by shares of what is in sight. */
export function moved(sight: TimelineSight, { x, y }: { readonly x: number; readonly y: number }): TimelineSight {
  const { from, to, top, bottom } = sight;
  const by = x * (to - from);
  const rows = Math.min(Math.max(y * (bottom - top), -top), 1 - bottom);
  return { from: from + by, to: to + by, top: top + rows, bottom: bottom + rows };
}

export interface ZoomMove {
  /** Below 1 for less of it, larger. */
  readonly factor: number;
  /** What stays where it is, from 0 to 1. */
  readonly at: number;
  /** @defaultValue false: the time */
  readonly isRows?: boolean;
}

export function zoomed(sight: TimelineSight, { factor, at, isRows = false }: ZoomMove): TimelineSight {
  const { from, to, top, bottom } = sight;
  if (!isRows) {
    const place = from + at * (to - from);
    return { ...sight, from: place - (place - from) * factor, to: place + (to - place) * factor };
  }
  const place = top + at * (bottom - top);
  return {
    ...sight,
    top: Math.max(place - (place - top) * factor, 0),
    bottom: Math.min(place + (bottom - place) * factor, 1),
  };
}
