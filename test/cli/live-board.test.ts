import { expect, onTestFinished, test, vi } from "vitest";
import { paintColors } from "../../runtime/cli/on-screen.ts";
import { liveBoard } from "../../runtime/cli/progress/live-board.ts";
import { RunSpan } from "../../runtime/cli/progress/run-span.ts";
import { TaskLines } from "../../runtime/cli/progress/task-lines.ts";
import { StepCounts } from "../../runtime/cli/progress/step-counts.ts";
import type { FlowGraph } from "../../runtime/graph/flow-graph.ts";

/** What the board of a flow with one step shows of what `act` does. */
function shownBy(act: (board: ReturnType<typeof liveBoard>) => void): string {
  let shown = "";
  const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    shown += String(text);
    return true;
  });
  onTestFinished(() => write.mockRestore());
  const graph = { flow: "Sample", start: "größe", end: "größe", steps: [] } as unknown as FlowGraph;
  const note = (text: string) => void (shown += `${text}\n`);
  const output = { note, colors: paintColors(false) } as Parameters<typeof liveBoard>[0];
  const board = liveBoard(output, {
    ...{ counts: new StepCounts(graph), tasks: new TaskLines() },
    span: new RunSpan(),
  });
  act(board);
  board.close();
  return shown;
}

test("a step whose next task waits for room says for what", () => {
  expect(shownBy((board) => board.held(new Map([["größe", ["CPU", "memory"]]])))).toContain(
    "0/1  waits for CPU and memory",
  );
  expect(shownBy((board) => board.held(new Map()))).not.toContain("waits for");
});

test.each([
  [0, 0],
  [0, 30],
  [120, 0],
  [undefined, undefined],
])("a terminal of %s columns and %s rows shows the steps", async (columns, rows) => {
  const before = { columns: process.stderr.columns, rows: process.stderr.rows };
  Object.assign(process.stderr, { columns, rows });
  onTestFinished(() => void Object.assign(process.stderr, before));
  const shown = shownBy((board) => board.line("a line"));
  expect(shown).toContain("a line");
  expect(shown).toContain("größe          ░░");
});
