import type { Command } from "commander";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CliContext } from "../../runtime/cli/cli-context.ts";
import { diffCommand } from "../../runtime/cli/commands/diff/command.ts";
import { dumpCommand } from "../../runtime/cli/commands/dump/command.ts";
import { saveArtifact } from "../../runtime/datastore/load-artifact.ts";
import { hashOf } from "../../runtime/datastore/blobs.ts";
import type { Datastore } from "../../runtime/datastore/datastore.ts";
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
  }: { factors?: number; source: string; scores?: number[]; big?: string },
): void {
  const code = Buffer.from(JSON.stringify({ map: JSON.stringify({ sources: ["flow.ts"], sourcesContent: [source] }) }));
  const hash = hashOf([code]);
  store.blobs.put(hash, [code]);
  store.blobs.settle();
  const sample = new SampleRun(store, id, {
    code: hash,
    stepCode: { train: source },
    parameters: { factors: saveArtifact(store.blobs, "factors", factors) },
  }).events(...WHOLE);
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
  await expect(run(diffCommand, "r1")).rejects.toThrow("missing required argument 'after'");
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
