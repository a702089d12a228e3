import type { JSX } from "preact";
import type { TimelineModel } from "./timeline-model.ts";
import { barText } from "./bar-text.ts";

export interface PointedBar {
  readonly bar: number;
  readonly x: number;
  readonly y: number;
}

/** What a bar stands for, beside the pointer. */
export function TimelineTip({ model, tip: { bar, x, y } }: { model: TimelineModel; tip: PointedBar }): JSX.Element {
  return (
    <div class="tip" aria-hidden="true" style={{ transform: `translate(${x}px, ${y}px)` }}>
      {barText(model, bar)
        .split(", ")
        .map((part, at) => (
          <div key={at}>{part}</div>
        ))}
    </div>
  );
}
