import type { JSX } from "preact";
import { agoText, durationText, localTimeText } from "../../../text/duration-text.ts";
import { useSite } from "../state/use-site.ts";

/** How long ago; when exactly, on hover. */
export function Moment({ at }: { at: number }): JSX.Element {
  const { now } = useSite();
  return (
    <time dateTime={new Date(at).toISOString()} title={localTimeText(at)}>
      {agoText(at, now.value)}
    </time>
  );
}

/** How long it took, or takes so far. */
export function Duration({ from, to }: { from: number; to: number | null }): JSX.Element {
  const { now } = useSite();
  const ms = Math.max((to ?? now.value) - from, 0);
  const title = `${localTimeText(from)} to ${to === null ? "now" : localTimeText(to)}`;
  // Less than seconds of what still runs would only flicker.
  return (
    <span class="number" title={title}>
      {durationText(to === null ? Math.round(ms / 1000) * 1000 : ms)}
    </span>
  );
}
