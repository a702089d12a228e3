import type { Command } from "commander";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CliContext } from "../../runtime/cli/cli-context.ts";
import { diffCommand } from "../../runtime/cli/commands/diff/command.ts";
import { dumpCommand } from "../../runtime/cli/commands/dump/command.ts";
import { saveArtifact } from "../../runtime/datastore/load-artifact.ts";
import { hashOf } from "../../runtime/datastore/blobs.ts";
import type { Datastore } from "../../runtime/datastore/datastore.ts";
import type { RunDocument } from "../../runtime/datastore/records.ts";
import { SampleRun, sampleStore, WHOLE } from "../datastore/sample-store.ts";
import { Captured } from "./command-runner.ts";

let store: Datastore;
let remove: () => void;
beforeEach(() => ({ store, remove } = sampleStore()));
afterEach(() => remove());

function run(make: (context: CliContext) => Command, ...argv: string[]): Promise<Captured> {
  return new Captured(() => store).run(make, ...argv);
}

/** A whole run whose tasks left these artifacts. */
function wholeRun(
  id: string,
  {
    factors = 16,
    source,
    scores = [1, 2],
    big = "x",
    events = WHOLE,
  }: { factors?: number; source: string; scores?: number[]; big?: string; events?: typeof WHOLE },
): void {
  const code = Buffer.from(JSON.stringify({ map: JSON.stringify({ sources: ["flow.ts"], sourcesContent: [source] }) }));
  const hash = hashOf([code]);
  store.blobs.put(hash, [code]);
  store.blobs.settle();
  const sample = new SampleRun(store, id, {
    code: hash,
    stepCode: { train: source },
    parameters: { factors: saveArtifact(store.blobs, "factors", factors) },
  }).events(...events);
  const [first, second] = scores;
  sample.result({ step: "start", task: 1 }, { shards: ["a", "b"] });
  sample.result({ step: "train", task: 2 }, { score: first });
  sample.result({ step: "train", task: 3 }, { score: second });
  sample.result({ step: "join", task: 4 }, { best: second, big: big.repeat(20_000) });
  sample.result({ step: "end", task: 5 }, { best: second, big: big.repeat(20_000) });
}

test("two runs are compared by parameters, code, artifacts and durations", async () => {
  wholeRun("r1", { source: "one();\n" });
  wholeRun("r2", { source: "two();\n", factors: 8, scores: [1, 3], big: "y" });
  const { text } = await run(diffCommand, "r1", "latest");
  expect(text).toMatch(/^Sample\/r1 succeeded {2}→ {2}Sample\/r2 succeeded\n/);
  expect(text).toMatch(/factors +16 +8\n/);
  expect(text).toMatch(/steps: train\n.*--- a\/flow.ts\n.*-one\(\);\n.*\+two\(\);/s);
  expect(text).toMatch(/score +train +1 of 2 tasks, as +2 +3\n/);
  expect(text).toMatch(/best +join, end +2 +3\n/);
  expect(text).toMatch(/big +join, end +string 20.0 kB \w{8} +string 20.0 kB \w{8}\n/);
  expect(text).not.toContain("shards");
  expect(text).toMatch(/STEP +TASKS +BEFORE +AFTER +CHANGE\n {2}start +1 +1.0 s +1.0 s +0 %/);
});

test("runs of which one went further differ in what both have", async () => {
  wholeRun("r1", { source: "one();\n" });
  const events = WHOLE.filter((event) => !("task" in event) || event.task !== 5);
  wholeRun("r2", { source: "one();\n", events });
  const { text } = await run(diffCommand, "r2", "r1");
  expect(text).toContain("no difference in the tasks that both runs have");
});

test("a run does not differ from itself", async () => {
  wholeRun("r1", { source: "one();\n" });
  const { text } = await run(diffCommand, "r1", "r1");
  expect(text.match(/no difference/g)).toHaveLength(3);
});

test("--json gives the differences to programs, values where they are small", async () => {
  wholeRun("r1", { source: "one();\n" });
  wholeRun("r2", { source: "two();\n", factors: 8, scores: [1, 3], big: "y" });
  const [json] = (await run(diffCommand, "r1", "r2", "--json")).json;
  expect(json.runs.map((one: { run: string }) => one.run)).toEqual(["r1", "r2"]);
  expect(json.parameters).toMatchObject([{ name: "factors", before: { value: 16 }, after: { value: 8 } }]);
  expect(json.code).toMatchObject({
    isSame: false,
    reusedThoughChanged: ["train"],
    changes: [{ path: "flow.ts", kind: "changed" }],
  });
  expect(json.artifacts[0]).toMatchObject({
    name: "score",
    steps: ["train"],
    tasks: 2,
    differing: 1,
    after: { value: 3 },
  });
  const big = json.artifacts.find((one: { name: string }) => one.name === "big");
  expect(big.before).toEqual({ type: "string", size: expect.any(Number), hash: expect.any(String) });
  expect(json.steps[1]).toEqual({
    step: "train",
    before: { tasks: 2, tookMs: 3000 },
    after: { tasks: 2, tookMs: 3000 },
  });
});

test("runs that are not there are named with those that are", async () => {
  wholeRun("r1", { source: "one();\n" });
  await expect(run(diffCommand, "r1", "r9")).rejects.toThrow("latest runs: r1");
});

test("dump --json keeps in a plain form what JSON lacks", async () => {
  const cyclic: unknown[] = [1];
  cyclic.push(cyclic);
  const artifacts = {
    bytes: Buffer.from("hi"),
    cyclic,
    date: new Date(0),
    error: new RangeError("no"),
    map: new Map<unknown, unknown>([[{ a: 1n }, new Set([NaN])]]),
    named: { $type: "mine" },
    nothing: [undefined, -0],
    numbers: new Float32Array([1, 2.5, Infinity]),
    text: /a+/gi,
  };
  new SampleRun(store, "r1").events(...WHOLE).result({ step: "end", task: 5 }, artifacts);
  const [json] = (await run(dumpCommand, "latest/end", "--json")).json;
  const plain = Object.fromEntries(
    json.tasks[0].artifacts.map((one: { name: string; plain: unknown }) => [one.name, one.plain]),
  );
  expect(plain).toEqual({
    bytes: { $type: "Buffer", base64: "aGk=" },
    cyclic: [1, { $type: "circular", levelsUp: 1 }],
    date: { $type: "Date", value: "1970-01-01T00:00:00.000Z" },
    error: { $type: "Error", name: "RangeError", message: "no" },
    map: {
      $type: "Map",
      entries: [
        [{ a: { $type: "bigint", value: "1" } }, { $type: "Set", values: [{ $type: "number", value: "NaN" }] }],
      ],
    },
    named: undefined,
    nothing: [{ $type: "undefined" }, { $type: "number", value: "-0" }],
    numbers: { $type: "Float32Array", values: [1, 2.5, { $type: "number", value: "Infinity" }] },
    text: { $type: "RegExp", source: "a+", flags: "gi" },
  });
});

test("dump --limit shows so many tasks and says how many there are", async () => {
  wholeRun("r1", { source: "one();\n" });
  const { text, notes } = await run(dumpCommand, "r1/train", "--limit", "1");
  expect(text).toContain("r1/train/2");
  expect(text).not.toContain("r1/train/3");
  expect(notes).toBe("1 more task; --limit 2 shows all\n");
});

describe("without runs named", () => {
  test("the user's last two are compared", async () => {
    wholeRun("r1", { source: "one();\n" });
    wholeRun("r2", { source: "two();\n", factors: 8 });
    new SampleRun(store, "r3", { username: "bob" });
    const { text } = await run(diffCommand);
    expect(text).toMatch(/^Sample\/r1 succeeded {2}→ {2}Sample\/r2 succeeded\n/);
  });

  test("one run alone is told, as is one named alone", async () => {
    wholeRun("r1", { source: "one();\n" });
    new SampleRun(store, "r2", { username: "bob" });
    await expect(run(diffCommand)).rejects.toThrow(
      "Cannot find the run latest~1 of Sample because there is only 1 run by ada",
    );
    await expect(run(diffCommand, "r1")).rejects.toThrow(
      /only one is named: r1\n {2}hint: name another one, as in diff r1 latest, or none for your last two/,
    );
  });
});

describe("three runs and more stand side by side", () => {
  function endedRun(id: string, parameters: Record<string, unknown>, left: Record<string, unknown> | null): void {
    const saved = Object.entries(parameters).map(([name, value]) => [name, saveArtifact(store.blobs, name, value)]);
    const sample = new SampleRun(store, id, { parameters: Object.fromEntries(saved) as RunDocument["parameters"] });
    if (left !== null) sample.events(...WHOLE).result({ step: "end", task: 5 }, left);
  }

  beforeEach(() => {
    endedRun("r1", { horizon: 6, seed: 1 }, { bests: { mape: 3.5, name: "a" }, kept: 1, many: [...Array(40).keys()] });
    endedRun(
      "r2",
      { horizon: 24, seed: 1 },
      { bests: { mape: 2, name: "a" }, kept: 1, many: [0], big: "x".repeat(20_000) },
    );
    endedRun("r3", { seed: 1, late: true }, null);
  });

  test("in a table of what differs, with status and durations", async () => {
    const { text } = await run(diffCommand, "r1", "r2", "latest");
    const rows = text
      .trimEnd()
      .split("\n")
      .map((row) => row.trim().split(/ {2,}/));
    expect(rows[0]).toEqual(["r1", "r2", "r3"]);
    expect(rows).toEqual(
      expect.arrayContaining([
        ["status", "succeeded", "succeeded", "stale"],
        ["took", "12.0 s", "12.0 s", "0 ms"],
        ["horizon", "6", "24", "-"],
        ["late", "-", "-", "true"],
        ["bests.mape", "3.5", "2", "-"],
        ["bests.name", "a", "a", "-"],
        ["kept", "1", "1", "-"],
        ["big", "-", expect.stringMatching(/^string 20\.0 kB \w{8}$/), "-"],
        ["train", "3.0 s (2 tasks)", "3.0 s (2 tasks)", "-"],
      ]),
    );
    expect(text).toMatch(/\n {2}many +\[ .*40\b.*|\n {2}many +\[ 0, 1/);
    expect(text).not.toMatch(/seed|\bby\b|branch/);
  });

  test("and as JSON, with values as they are", async () => {
    const [json] = (await run(diffCommand, "r1", "r2", "r3", "--json")).json;
    expect(json.runs.map(({ status }: { status: string }) => status)).toEqual(["succeeded", "succeeded", "stale"]);
    expect(json.parameters).toEqual([
      { name: "horizon", values: [{ value: 6 }, { value: 24 }, null] },
      { name: "late", values: [null, null, { value: true }] },
    ]);
    expect(json.fields).toContainEqual({ name: "bests.mape", values: [{ value: 3.5 }, { value: 2 }, null] });
    expect(json.fields).toContainEqual({
      name: "big",
      values: [
        null,
        { type: "string", size: expect.any(Number) as unknown, hash: expect.any(String) as unknown },
        null,
      ],
    });
    expect(json.steps[1]).toMatchObject({ step: "train", tasks: [2, 2, 0] });
  });

  test("what is equal everywhere is left out", async () => {
    const { text } = await run(diffCommand, "r1", "r1", "r1");
    expect(text.match(/no difference/g)).toHaveLength(2);
  });
});
