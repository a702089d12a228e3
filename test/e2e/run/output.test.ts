import { beforeAll, describe, expect, test } from "vitest";
import { type FlowRun, logOf, runFlow, tasksOf } from "../../rigs/harness.ts";

describe("a task's output", () => {
  let run: FlowRun;
  beforeAll(async () => {
    run = await runFlow("output.ts");
  });

  test("holds what the step, its child processes and native code wrote, in order", () => {
    expect(run.code).toBe(0);
    expect(logOf(run, "start", { stream: "stdout" })).toBe(
      "console\nno newline, then one: é\nchild\nshell\nnative\nlast\n",
    );
    expect(logOf(run, "start", { stream: "stderr" })).toBe("child error\nshell error\nerror\n");
  });

  test("keeps 20,000 lines in their order", () => {
    const lines = Array.from({ length: 20_000 }, (_, line) => `line ${line}\n`);
    expect(logOf(run, "many") === lines.join("")).toBe(true);
  });

  test("is that of the task alone, to its last byte", () => {
    for (const [index, letter] of ["a", "b", "c", "d", "e", "f"].entries()) {
      const lines = Array.from({ length: 50 }, (_, line) => `${letter}${line}\n`);
      expect(logOf(run, "each", { index })).toBe(`${lines.join("")}${letter} native\n${letter} without newline`);
    }
    expect(logOf(run, "join")).toBe("6 came");
    expect(logOf(run, "end")).toBe("");
  });

  test("is shown live, each line with its task", () => {
    const task = tasksOf(run, "start")[0]?.task;
    const many = tasksOf(run, "many")[0]?.task;
    for (const line of ["console", "child", "shell error", "native"]) {
      expect(run.stderr).toContain(`[start/${String(task)}] ${line}\n`);
    }
    const shown = run.stderr.split("\n").filter((line) => line.startsWith(`[many/${String(many)}] `));
    expect(shown).toHaveLength(20_000);
    expect(shown.at(-1)).toBe(`[many/${String(many)}] line 19999`);
  });
});
