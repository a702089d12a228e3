import type { TimelineModel, TimelineSight } from "./timeline-model.ts";

export interface TimelineColours {
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly back: string;
  readonly accent: string;
  readonly waiting: string;
  /** In the order of the statuses. */
  readonly bars: readonly string[];
}

export interface TimelineScene {
  readonly model: TimelineModel;
  readonly sight: TimelineSight;
  readonly colours: TimelineColours;
  readonly width: number;
  readonly height: number;
  /** Rows in the columns; empty where it is not asked for. */
  readonly critical: ReadonlySet<number>;
  /** The bar that is pointed at; -1 for none. */
  readonly focus: number;
  /** A stretch that is being selected, in pixels. */
  readonly selected: readonly [number, number] | null;
}

/** What was drawn where, for the pointer. */
export interface DrawnTimeline {
  readonly bars: Uint32Array;
  readonly first: number;
  readonly rowHeight: number;
}

export const AXIS_HEIGHT = 26;

/** Where a place on the folded time lies in pixels. */
export function toX({ sight, width }: Pick<TimelineScene, "sight" | "width">, place: number): number {
  return ((place - sight.from) / (sight.to - sight.from)) * width;
}
