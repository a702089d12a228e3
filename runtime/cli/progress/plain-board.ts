import type { RunEvent } from "../../datastore/run-event.ts";
import { type FlowGraph, nodeOf } from "../../graph/flow-graph.ts";
import type { Output } from "../output.ts";
import { durationText } from "../../text/duration-text.ts";
import type { ProgressBoard } from "./live-board.ts";
import type { StepCount, StepCounts } from "./step-counts.ts";

/** How long nothing may be said while tasks finish. */
const SILENCE_MS = 10_000;

/** Progress as plain lines, for logs and pipes: one for each step when it is through, and a sign of life in between. */
export function plainBoard(output: Output, at: { counts: StepCounts; graph: FlowGraph }): ProgressBoard {
  const open = new Set<StepCount>();
  let lastSaid = Date.now();
  const line = (text: string) => {
    output.note(text);
    lastSaid = Date.now();
  };

  function flush(): void {
    for (const count of open) if (count.done + count.failed + count.stopped > 0) line(summary(count, output));
    open.clear();
  }

  return {
    line,
    update(event: RunEvent) {
      const count = "step" in event ? at.counts.of(event.step) : null;
      if (count !== null) open.add(count);
      // Steps inside a split come and go task by task: they are summed up when the outermost split has closed.
      if (count !== null && "source" in event && event.source.kind === "join") {
        const isOutermost = nodeOf(at.graph, count.step).splits.length === 0;
        if (isOutermost) for (const other of [...open].filter((one) => one !== count)) settle(other);
      }
      for (const one of open) {
        const isPlain = nodeOf(at.graph, one.step).splits.length === 0;
        if (isPlain && one.running === 0 && one.retrying === 0 && one.done + one.failed + one.stopped >= one.total)
          settle(one);
      }
      if (Date.now() - lastSaid > SILENCE_MS) for (const one of open) line(summary(one, output));
    },
    // A log is read afterwards: nothing waits then.
    held: () => undefined,
    close: flush,
  };

  function settle(count: StepCount): void {
    open.delete(count);
    line(summary(count, output));
  }
}

function summary(count: StepCount, { colors }: Output): string {
  const { step, done, total, failed, stopped, running, reused } = count;
  const parts = [`${done}/${Math.max(total, done)} done`];
  if (reused > 0) parts.push(`${reused} reused`);
  if (running > 0) parts.push(`${running} running`);
  if (stopped > 0) parts.push(`${stopped} stopped`);
  if (failed > 0) parts.push(colors.red(`${failed} failed`));
  const took = reused === done ? "" : ` in ${durationText(count.lastEnd - count.firstStart)}`;
  return `${failed > 0 ? colors.red("✗") : done >= total ? colors.green("✓") : "…"} ${step}: ${parts.join(", ")}${took}`;
}
