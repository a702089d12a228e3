import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type FlowRun, logOf, runFlow, tasksOf, temporaryFolder } from "../../rigs/harness.ts";

// A process that is at short tasks is given the next one before it has ended the last. Nothing else may show that.

const TASKS = 300;

interface Worked {
  readonly index: number;
  readonly began: number;
  readonly ended: number;
  readonly pid: number;
}

async function runAhead(
  acts: Readonly<Record<number, string>>,
  args: readonly string[] = [],
): Promise<{ run: FlowRun; worked: Worked[] }> {
  const notes = path.join(temporaryFolder(), "notes.txt");
  fs.writeFileSync(notes, "");
  const given = ["--acts", JSON.stringify(acts), "--tasks", String(TASKS), "--notes", notes];
  const run = await runFlow("ahead.ts", ["run", "--max-workers", "2", ...given, ...args]);
  const worked = fs
    .readFileSync(notes, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" ").map(Number))
    .map(([index = NaN, began = NaN, ended = NaN, pid = NaN]) => ({ index, began, ended, pid }));
  return { run, worked };
}

/** Each of these indexes once, in their order. */
function indexesOf(worked: readonly Worked[]): number[] {
  return worked.map(({ index }) => index).sort((one, other) => one - other);
}

function allBut(...left: number[]): number[] {
  return Array.from({ length: TASKS }, (_, index) => index).filter((index) => !left.includes(index));
}

describe("among many short tasks", () => {
  test("each prints into its own log, without a newline at its end as well", async () => {
    const { run, worked } = await runAhead({});
    expect(run.code, run.stderr.slice(-2_000)).toBe(0);
    expect(indexesOf(worked)).toEqual(allBut());
    for (const index of [0, 1, 50, 150, 298, 299]) {
      expect(logOf(run, "work", { index, stream: "stdout" })).toBe(`out of ${index}`);
      expect(logOf(run, "work", { index, stream: "stderr" })).toBe(`err of ${index}\n`);
    }
    for (let index = 0; index < TASKS; index += 1)
      expect(logOf(run, "work", { index, stream: "stdout" })).toBe(`out of ${index}`);
  });

  test("two run at once at the most, and each runs once, whichever of them turn out to be long", async () => {
    const { run, worked } = await runAhead({ 60: "busy", 61: "busy", 100: "busy", 200: "busy", 201: "busy" });
    expect(run.code, run.stderr.slice(-2_000)).toBe(0);
    expect(indexesOf(worked)).toEqual(allBut());
    for (const one of worked) {
      const together = worked.filter((other) => other.began < one.ended && other.ended > one.began);
      const others = new Set(together.map(({ pid }) => pid));
      expect(others.size).toBeLessThanOrEqual(2);
    }
  });

  test("one that turns out to be long keeps no other waiting", async () => {
    const { run, worked } = await runAhead({ 150: "busy" });
    expect(run.code, run.stderr.slice(-2_000)).toBe(0);
    const long = worked.find(({ index }) => index === 150);
    const behind = worked.filter(({ pid, began }) => pid === long?.pid && began > (long?.began ?? 0));
    // What its process did later are the newest tasks, not one that was there when it began.
    const waited = tasksOf(run, "work").filter(({ index, startedAt }) => {
      const mine = behind.find((one) => one.index === index);
      return mine !== undefined && startedAt !== null && startedAt < (long?.began ?? 0);
    });
    expect(waited.map(({ index }) => index)).toEqual([]);
  });

  test("one that ends its process fails alone", async () => {
    const { run, worked } = await runAhead({ 80: "exit", 160: "exit" }, ["--on-failure", "finish"]);
    expect(run.code).toBe(1);
    expect(indexesOf(worked)).toEqual(allBut());
    const failed = tasksOf(run, "work").filter(({ status }) => status === "failed");
    expect(failed.map(({ index }) => index)).toEqual([80, 160]);
  });

  test("one that leaves a timer behind is the last of its process, and the next one runs once, in another", async () => {
    const { run, worked } = await runAhead({ 80: "timer", 81: "timer", 160: "timer" });
    expect(run.code, run.stderr.slice(-2_000)).toBe(0);
    expect(indexesOf(worked)).toEqual(allBut());
    for (const index of [80, 81, 160]) {
      const one = worked.find((work) => work.index === index);
      const last = worked.filter(({ pid }) => pid === one?.pid).at(-1);
      expect(last?.index).toBe(index);
    }
  });

  test("one that hangs runs into its own time limit, and no other does", async () => {
    const { run, worked } = await runAhead({ 120: "hang" }, ["--on-failure", "finish"]);
    expect(run.code).toBe(1);
    expect(indexesOf(worked)).toEqual(allBut(120));
    const failed = tasksOf(run, "work").filter(({ status }) => status === "failed");
    expect(failed.map(({ index, error }) => [index, error?.name])).toEqual([[120, "TimeoutError"]]);
  });

  test("what waits behind one that fails the run does not begin", async () => {
    const { run, worked } = await runAhead({ 150: "throw" });
    expect(run.code).toBe(1);
    const done = indexesOf(worked);
    expect(new Set(done).size).toBe(done.length);
    const finished = tasksOf(run, "work").filter(({ status }) => status === "succeeded");
    expect(finished.map(({ index }) => index).sort((one, other) => (one ?? 0) - (other ?? 0))).toEqual(done);
  });
});
