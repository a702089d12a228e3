import { LiveComponent, type Growing, type Updatable } from "./live-component.ts";
import { seen, wantedList, wantedText } from "./wanted-text.ts";

/** Something that happened, or went on for a while. */
export interface TimelineEvent {
  /** What it is. */
  readonly label: string;
  /** In milliseconds since 1970, or a date. */
  readonly start: number | Date;
  /** Missing from what has no length. */
  readonly end?: number | Date | undefined;
}

/** As it is stored: label, start, end. */
export type StoredTimelineEvent = readonly [string, number, number | null];

/** As it is stored. */
export interface TimelineData {
  readonly events: readonly StoredTimelineEvent[];
}

/**
 * Events on an axis of time, a row each.
 *
 * @example
 * ```ts
 * const phases = timeline([{ label: "load", start: 0, end: 1200 }]);
 * current.card.append(phases);
 * phases.push({ label: "fit", start: 1200, end: 9800 });
 * ```
 */
export function timeline(
  events: readonly TimelineEvent[] = [],
): Growing<TimelineEvent> & Updatable<readonly TimelineEvent[]> {
  const read = (given: readonly TimelineEvent[], pushed: readonly unknown[]) => ({
    data: { events: [...wantedList(given, "the timeline").map(storedEvent), ...pushed] },
  });
  return new LiveComponent({ kind: "timeline", read, item: storedEvent }, events);
}

function storedEvent(event: unknown): StoredTimelineEvent {
  const { label, start, end } = event as TimelineEvent;
  return [wantedText(label, "the label"), timeOf(start), end === undefined ? null : timeOf(end)];
}

function timeOf(value: unknown): number {
  const time = Number(value);
  if (Number.isFinite(time)) return time;
  throw new TypeError(`a time is neither a date nor milliseconds: ${seen(value)}`);
}
