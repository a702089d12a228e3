import type { JSX } from "preact";
import type { UsageRow } from "../../api/shapes.ts";

interface UsedBarProps {
  readonly spread: UsageRow["memoryMb"];
  /** Null where the step asked for nothing. */
  readonly asked: number | null;
  readonly text: (value: number) => string;
}

/** What attempts used beside what was asked for, as a bar and as text. */
export function UsedBar({ spread, asked, text }: UsedBarProps): JSX.Element {
  if (spread === null) return <span class="quiet">{asked === null ? "" : `asked for ${text(asked)}`}</span>;
  const { min, median, p95, max } = spread;
  const whole = Math.max(max, asked ?? 0) || 1;
  const at = (value: number) => `${(100 * value) / whole}%`;
  const used = text(median) === text(max) ? text(max) : `${text(median)} to ${text(max)}`;
  const isTooMuch = asked !== null && max > asked;
  return (
    <span class="used">
      <span class="used-bar" aria-hidden="true">
        <span class="used-most" style={{ left: at(min), width: at(Math.max(max - min, whole / 100)) }} />
        <span class="used-box" style={{ left: at(median), width: at(Math.max(p95 - median, whole / 100)) }} />
        {asked !== null && <span class="used-asked" style={{ left: at(asked) }} />}
      </span>
      <span class="used-text">
        {used}
        {asked !== null && (
          <span class={isTooMuch ? "bad" : "quiet"}>
            {" "}
            {isTooMuch ? "beyond" : "of"} {text(asked)}
          </span>
        )}
      </span>
    </span>
  );
}
