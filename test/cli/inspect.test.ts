import fs from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { dumpCommand } from "../../runtime/cli/commands/dump/command.ts";
import { logsCommand } from "../../runtime/cli/commands/logs/command.ts";
import { runsCommand } from "../../runtime/cli/commands/runs/command.ts";
import { statusCommand } from "../../runtime/cli/commands/status/command.ts";
import type { CliContext } from "../../runtime/cli/cli-context.ts";
import { blobKey } from "../../runtime/datastore/blob-key.ts";
import type { Datastore } from "../../runtime/datastore/datastore.ts";
import { registerType } from "../../sdk/register-type.ts";
import { foreach, SampleRun, sampleStore, started, succeeded, WHOLE } from "../datastore/sample-store.ts";
import { Captured } from "./command-runner.ts";

let store: Datastore;
let folder: string;
let remove: () => void;
beforeEach(() => ({ store, folder, remove } = sampleStore()));
afterEach(() => remove());

function run(make: (context: CliContext) => Command, ...argv: string[]): Promise<Captured> {
  return new Captured(() => store).run(make, ...argv);
}

const FAILED = [
  started("start", 1, { kind: "start" }),
  succeeded(1, foreach(2)),
  started("train", 2, { kind: "child", split: 1, index: 0 }),
  started("train", 3, { kind: "child", split: 1, index: 1 }),
  {
    type: "task-failed",
    task: 3,
    attempt: 0,
    retryAt: null,
    isCancelled: false,
    error: { name: "TypeError", message: "no ratings", file: "flow.ts", line: 4, column: 2, frame: "> 4 | boom();" },
  },
  {
    type: "task-failed",
    task: 2,
    attempt: 0,
    retryAt: null,
    isCancelled: true,
    error: { name: "Error", message: "stopped" },
  },
  { type: "run-finished", status: "failed", reason: null },
] as const;

describe("runs", () => {
  test("the newest run comes first, with status, progress, tags and origin", async () => {
    new SampleRun(store, "r1", { tags: ["nightly"] }).events(...WHOLE);
    new SampleRun(store, "r2", { originRun: "r1" }).events(...FAILED);
    const [header, ...rows] = (await run(runsCommand)).text.trimEnd().split("\n");
    expect(header).toMatch(/^RUN +STATUS +STARTED +DURATION +TASKS +TAGS +RESUMES$/);
    expect(rows[0]).toMatch(/^r2 +failed +\d{4}-\d\d-\d\d .+ 7\.0 s +1\/3 +r1$/);
    expect(rows[1]).toMatch(/^r1 +succeeded .+ 12\.0 s +5\/5 +nightly$/);
  });

  test("--json prints one array; --limit, --status and --tag select", async () => {
    for (const id of ["r1", "r2", "r3"]) new SampleRun(store, id, { tags: [id] }).events(...WHOLE);
    const ids = async (...argv: string[]) =>
      (await run(runsCommand, "--json", ...argv)).json[0].map((one: { run: string }) => one.run);
    expect(await ids()).toEqual(["r3", "r2", "r1"]);
    expect(await ids("--limit", "1")).toEqual(["r3"]);
    expect(await ids("--tag", "r2")).toEqual(["r2"]);
    expect(await ids("--status", "failed")).toEqual([]);
    const { json } = await run(runsCommand, "--json", "--limit", "1");
    expect(json[0][0]).toMatchObject({
      status: "succeeded",
      durationMs: 12_000,
      tasks: { done: 5, total: 5, failed: 0 },
    });
  });

  test("an empty store is no error", async () => {
    expect((await run(runsCommand)).notes).toContain("no run of Sample");
    expect((await run(runsCommand, "--json")).json).toEqual([[]]);
  });

  test.each([[["--limit", "few"]], [["--status", "odd"]]])("%j is refused", async (argv) => {
    await expect(run(runsCommand, ...argv)).rejects.toThrow(/invalid/);
  });
});

describe("status", () => {
  test("it shows the run, a row for each step, and the failure with its place", async () => {
    new SampleRun(store, "r1").events(...FAILED);
    const { text } = await run(statusCommand);
    expect(text).toMatch(/^Sample\/r1 {2}failed\n/);
    expect(text).toMatch(
      /\nSTEP +TASKS +DONE +FAILED +STOPPED +TOOK\nstart +1 +1 +1\.0 s\ntrain +2 +1 +1 +3\.0 s\njoin +-\n/,
    );
    expect(text).toContain("✗ train/3 (index 1)\n  TypeError: no ratings\n  at flow.ts:4:2\n    > 4 | boom();\n");
    expect(text).toContain("logs r1/train/3");
    expect(text).not.toContain("stopped");
  });

  test("--json gives the run, its steps and every task", async () => {
    new SampleRun(store, "r1").events(...FAILED);
    const [json] = (await run(statusCommand, "r1", "--json")).json;
    expect(json).toMatchObject({ run: "r1", status: "failed", parameters: { factors: { type: "number" } } });
    expect(json.steps[1]).toMatchObject({ step: "train", counts: { total: 2, failed: 1, cancelled: 1 } });
    expect(json.tasks[2]).toMatchObject({ step: "train", index: 1, status: "failed", error: { line: 4 } });
  });

  test("tasks that fail at one place show its code once, and what each says otherwise; another place stands alone", async () => {
    const place = { file: "flow.ts", column: 2, frame: "> 4 | boom();" };
    const caught = (task: number, message: string, line = 4) => [
      started("train", task, { kind: "child", split: 1, index: task - 2 }),
      { ...succeeded(task, { kind: "linear", target: "join" }), caught: { name: "Error", message, line, ...place } },
    ];
    const codes = ["VIE", "GRZ", "GRZ", "LNZ", "SZG", "INN", "KLU"];
    new SampleRun(store, "r1").events(
      started("start", 1, { kind: "start" }),
      succeeded(1, foreach(9)),
      ...codes.flatMap((code, at) => caught(at + 2, `no data for ${code}`)),
      ...caught(9, "no rain", 7),
    );
    const { text } = await run(statusCommand);
    expect(text.match(/boom/g)).toHaveLength(2);
    expect(text).toContain(`
! train/2 (index 0, caught, the flow went on)
  Error: no data for VIE
  at flow.ts:4:2
    > 4 | boom();
  its output: millrace logs r1/train/2
  also there: train/3: no data for GRZ
  also there: train/4: no data for GRZ
  also there: train/5: no data for LNZ
  also there: train/6: no data for SZG
  also there: train/7: no data for INN
  and 1 more there

! train/9 (index 7, caught, the flow went on)
  Error: no rain
`);
  });

  test("an unknown run is an error with the latest ids", async () => {
    new SampleRun(store, "r1").events(...WHOLE);
    await expect(run(statusCommand, "other")).rejects.toMatchObject({ code: "MILLRACE_UNKNOWN_RUN" });
  });
});

class Secret {}
class Movie {
  readonly title: string;
  constructor(title: string) {
    this.title = title;
  }
}

describe("dump", () => {
  test("without a pathspec it shows the end of the latest run, parameters included", async () => {
    new SampleRun(store, "r1").events(...WHOLE).result({ step: "end", task: 5 }, { score: 0.5, names: ["a", "b"] });
    const { text } = await run(dumpCommand);
    expect(text).toMatch(
      /^parameters\n {2}NAME +TYPE +SIZE +HASH +VALUE\n {2}factors +number +\d+ B +[0-9a-f]{8} +16\n/,
    );
    expect(text).toMatch(/\nr1\/end\/5 {2}succeeded {2}1\.0 s\n/);
    expect(text).toMatch(/ {2}names +Array\(2\) +\d+ B +[0-9a-f]{8} +\[ 'a', 'b' \]\n {2}score +number .+ 0\.5\n/);
  });

  test("a run without an end names a task that there is", async () => {
    new SampleRun(store, "r1").events(...FAILED);
    await expect(run(dumpCommand)).rejects.toThrow(/has not reached it: its status is failed\n.*dump r1\/start\/1/);
  });

  test("a step that the run has not come to has no tasks, and that is told", async () => {
    new SampleRun(store, "r1").events(...FAILED);
    expect((await run(dumpCommand, "r1/end")).notes).toContain("no task of end has run: r1 is failed");
  });

  test("a task that failed is listed without artifacts", async () => {
    new SampleRun(store, "r1").events(...FAILED);
    expect((await run(dumpCommand, "r1/train/3")).text).toMatch(/failed .*TypeError: no ratings\n {2}no artifacts/);
  });

  test("--json gives values where JSON keeps them, else a preview", async () => {
    const artifacts = { plain: { a: [1, null] }, map: new Map([["k", 1]]), nan: NaN };
    new SampleRun(store, "r1").events(...WHOLE).result({ step: "end", task: 5 }, artifacts);
    const [json] = (await run(dumpCommand, "latest/end", "--json")).json;
    expect(json.parameters).toMatchObject([{ name: "factors", value: 16 }]);
    expect(json.tasks[0]).toMatchObject({ step: "end", task: 5, result: "r1/end/5/0/end-5/0" });
    expect(json.tasks[0].artifacts).toMatchObject([
      { name: "map", type: "Map(1)", preview: "Map(1) { 'k' => 1 }" },
      { name: "nan", preview: "NaN" },
      { name: "plain", value: { a: [1, null] } },
    ]);
  });

  test("a large value is loaded only if it is asked for by name", async () => {
    new SampleRun(store, "r1").events(...WHOLE).result({ step: "end", task: 5 }, { big: "x".repeat(5000) });
    expect((await run(dumpCommand, "--max-size", "1000")).text).toContain("large: --artifact big shows it");
    expect((await run(dumpCommand, "--max-size", "1000", "--artifact", "big")).text).toContain("x".repeat(5000));
    await expect(run(dumpCommand, "--artifact", "bog")).rejects.toThrow(
      /artifacts: big, factors\n.*did you mean big\?/,
    );
  });

  test("a damaged blob and an unregistered class show their error in place", async () => {
    registerType(Movie, { name: "Movie", pack: ({ title }) => title, unpack: (title) => new Movie(title) });
    const sample = new SampleRun(store, "r1").events(...WHOLE);
    sample.result({ step: "end", task: 5 }, { film: new Movie("Alien"), big: "y".repeat(5000), fine: 1 });
    const { big } = sample.record.resultAt("r1/end/5/0/end-5/0").artifacts;
    fs.appendFileSync(path.join(folder, blobKey(big!.hash)), "!");
    registerType(Secret, {
      name: "Movie",
      pack: () => 0,
      unpack: () => {
        throw new Error("gone");
      },
    });
    const { text } = await run(dumpCommand);
    expect(text).toMatch(/ {2}big +string .*Cannot (use blob|load artifact)/);
    expect(text).toMatch(/ {2}film +Movie .*Cannot load artifact "film"/);
    expect(text).toMatch(/ {2}fine +number .* 1\n/);
    const [json] = (await run(dumpCommand, "--json")).json;
    expect(json.tasks[0].artifacts[0].error.code).toMatch(/^MILLRACE_DAMAGED/);
  });
});

describe("logs", () => {
  test("one task's output is printed as it was written", async () => {
    const lines: [string, string, boolean?][] = [
      ["out", "one"],
      ["err", "two"],
      ["out", "thr", false],
      ["out", "ee"],
    ];
    new SampleRun(store, "r1").events(...WHOLE).log({ step: "train", task: 2 }, lines);
    expect((await run(logsCommand, "r1/train/2")).text).toBe("one\ntwo\nthree\n");
    expect((await run(logsCommand, "r1/train/2", "--stream", "stderr")).text).toBe("two\n");
    expect((await run(logsCommand, "r1/train/2", "--timestamps")).text).toMatch(/^(\d\d:\d\d:\d\d\.\d{3} .+\n){3}$/);
  });

  test("several tasks come in order, each line with its task", async () => {
    const sample = new SampleRun(store, "r1").events(...WHOLE);
    sample
      .log({ step: "train", task: 3 }, [["out", "late"]])
      .log({ step: "train", task: 2 }, [["out", "early", false]]);
    expect((await run(logsCommand)).text).toBe("[train/2] early\n[train/3] late\n");
    expect((await run(logsCommand, "latest/train", "--json")).json).toMatchObject([
      { step: "train", task: 2, attempt: 0, stream: "stdout", text: "early", hasNewline: false },
      { step: "train", task: 3, text: "late" },
    ]);
  });

  test("the latest attempt is shown unless another one is asked for", async () => {
    const error = { name: "Error", message: "x" };
    new SampleRun(store, "r1")
      .events(started("start", 1, { kind: "start" }))
      .events({ type: "task-failed", task: 1, attempt: 0, error, retryAt: 0, isCancelled: false })
      .events({ type: "task-started", task: 1, step: "start", attempt: 1, source: { kind: "retry" }, path: "0" })
      .log({ step: "start", task: 1, attempt: 0 }, [["out", "first"]])
      .log({ step: "start", task: 1, attempt: 1 }, [["out", "second"]]);
    expect((await run(logsCommand, "r1/start/1")).text).toBe("second\n");
    expect((await run(logsCommand, "r1/start/1", "--attempt", "0")).text).toBe("first\n");
    await expect(run(logsCommand, "r1/start/1", "--attempt", "7")).rejects.toThrow(/attempts: 0, 1/);
  });

  test("a reused task's output is read in the origin run", async () => {
    new SampleRun(store, "r1").events(...WHOLE).log({ step: "start", task: 1 }, [["out", "from r1"]]);
    const reused = { step: "start", source: { kind: "start" }, path: "0", startedAt: 1, finishedAt: 2 } as const;
    new SampleRun(store, "r2").events({
      ...{ type: "task-reused", task: 9, result: "r1/start/1/0/segment/0", next: foreach(1) },
      ...reused,
    });
    expect((await run(logsCommand, "r2/start/9")).text).toBe("from r1\n");
  });

  test("--follow prints what is added and stops when the run has ended", async () => {
    const sample = new SampleRun(store, "r1", { createdAt: Date.now() }).events(...WHOLE.slice(0, 4));
    sample.log({ step: "train", task: 2 }, [["out", "one"]]);
    const captured = new Captured(() => store);
    const followed = captured.run(logsCommand, "r1", "--follow");
    await expect.poll(() => captured.text).toBe("[train/2] one\n");
    sample.log({ step: "train", task: 2 }, [["out", "two"]]);
    await expect.poll(() => captured.text).toContain("[train/2] two\n");
    sample.log({ step: "join", task: 4 }, [["out", "joined"]]).events(...WHOLE.slice(4));
    await followed;
    expect(captured.text).toBe("[train/2] one\n[train/2] two\n[join/4] joined\n");
  });

  test("--follow of a task stops with the task while the run goes on", async () => {
    const sample = new SampleRun(store, "r1", { createdAt: Date.now() }).events(...WHOLE.slice(0, 5));
    const captured = new Captured(() => store);
    const followed = captured.run(logsCommand, "r1/train/3", "--follow");
    sample.log({ step: "train", task: 3 }, [["out", "done"]]).events(WHOLE[5]!);
    await followed;
    expect(captured.text).toBe("done\n");
  });
});
