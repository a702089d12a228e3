import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inspect } from "node:util";
import { tableFromArrays } from "apache-arrow";
import { Artifact, Flow, Run, Step, Task } from "../../sdk/client/index.ts";
import { valueView } from "../../runtime/render/value-view.ts";
import type { Datastore } from "../../runtime/datastore/datastore.ts";
import { SampleRun, sampleStore, started, type SampleEvent, WHOLE } from "../datastore/sample-store.ts";

const DISPLAY = Symbol.for("Jupyter.display");
const HOSTILE = `<script>alert("1")</script><img src=x onerror=alert(1)>\u001b[31m\u202e&amp;`;

type Bundle = Readonly<Record<string, string>>;

let store: Datastore;
let datastore: string;
let remove: () => void;
beforeEach(() => ({ store, folder: datastore, remove } = sampleStore()));
afterEach(() => remove());

async function shown(what: unknown): Promise<Bundle> {
  return (await (what as { [key: symbol]: () => Promise<Bundle> })[DISPLAY]!()) as Bundle;
}

function sample(artifacts: Readonly<Record<string, unknown>>, events: readonly SampleEvent[] = WHOLE): void {
  const run = new SampleRun(store, "r1", { tags: [HOSTILE], username: HOSTILE }).events(...events);
  for (const [step, task] of [
    ["train", 2],
    ["end", 5],
  ] as const)
    run.result({ step, task }, artifacts);
  run.log({ step: "train", task: 2 }, [["out", HOSTILE]]);
}

/** HTML that a page can hold whatever it came from: nothing of it acts. */
function expectHarmless(bundle: Bundle): void {
  const { "text/html": html = "", "text/plain": text = "" } = bundle;
  const tags = html.match(/<[^>]*>/g) ?? [];
  expect(tags.filter((tag) => /script|onerror|src=x|javascript:/i.test(tag))).toEqual([]);
  expect(html.replace(/<style>.*?<\/style>|<[^>]*>/gs, "")).not.toMatch(/[<>]/);
  expect(html + text).not.toMatch(/\u001b|[\u0000-\u0008]/);
  expect(Object.keys(bundle)).not.toContain("image/svg+xml");
}

test("hostile names, tags, logs, errors and values are text, nothing more", async () => {
  const failed: SampleEvent = {
    type: "task-failed",
    task: 9,
    attempt: 0,
    retryAt: null,
    isCancelled: false,
    error: { name: HOSTILE, message: HOSTILE, frame: HOSTILE, file: HOSTILE },
  };
  const events = [...WHOLE.slice(0, -1), started("train", 9, { kind: "start" }), failed, ...WHOLE.slice(-1)];
  sample(
    { "n<b>": HOSTILE, tree: { [HOSTILE]: [HOSTILE, new Map([[HOSTILE, 1]])] }, rows: [{ [HOSTILE]: HOSTILE }] },
    events,
  );
  const run = await Run.get("Sample/r1", { datastore });
  const task = await Task.get("Sample/r1/train/2", { datastore });
  const all = [run, task, await Flow.get("Sample", { datastore }), await Step.get("Sample/r1/train", { datastore })];
  for (const one of [...all, await Task.get("Sample/r1/train/9", { datastore }), ...(await task.artifacts())]) {
    expectHarmless(await shown(one));
  }
});

test("a run shows how it stands, its timeline, its steps and its graph", async () => {
  sample({});
  const bundle = await shown(await Run.get("Sample/r1", { datastore }));
  expect(bundle["text/html"]).toMatch(/class="chip succeeded".*timeline.*<svg.*steps.*<table.*graph.*<svg/s);
  expect(bundle["text/plain"]).toMatch(/^Run Sample\/r1 {2}succeeded.*\n {2}start {2}1\/1\n {2}train {2}2\/2/s);
});

test("a task shows its artifacts and what it wrote", async () => {
  sample({ score: 7, big: new Float64Array(50_000) });
  const { "text/html": html } = await shown(await Task.get("Sample/r1/train/2", { datastore }));
  expect(html).toMatch(
    /artifacts.*big.*Float64Array\(50000\).*large.*score.*<code>7<\/code>.*parameters.*factors.*output/s,
  );
});

test("objects are readable in a console", async () => {
  sample({ score: 7 });
  const run = await Run.get("Sample/r1", { datastore });
  expect(inspect(run)).toMatch(/^Run Sample\/r1 {2}succeeded {2}started 2026-01-02T03:04:05.000Z {2}tags /);
  expect(inspect(run.parameters)).toBe("{ factors: 16 }");
  expect(inspect(run.data)).toContain("score: Promise<number>");
  expect(inspect(await run.step("train").task(0))).toBe("Task Sample/r1/train/2  succeeded  index 0");
});

test("a list shows its beginning", async () => {
  sample({});
  const run = await Run.get("Sample/r1", { datastore });
  const { "text/plain": text = "" } = await shown(run.tasks());
  expect(text.split("\n")).toHaveLength(5);
  expect(inspect(run.tasks())).toContain("toArray()");
  expect(inspect(run.steps()[0]!)).toBe("Step Sample/r1/start  foreach");
});

test("an artifact that cannot be loaded still shows what it is", async () => {
  sample({ big: "x".repeat(5000) });
  const artifact = await Artifact.get("Sample/r1/end/5/big", { datastore });
  store.storage.remove([`blobs/sha256/${artifact.hash.slice(0, 2)}/${artifact.hash.slice(2)}`]);
  const { "text/html": html } = await shown(artifact);
  expect(html).toMatch(/string, 5.0 kB.*it is not in the datastore/s);
});

test("a PNG is a picture, also where HTML is taken out", async () => {
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );
  sample({ png });
  const bundle = await shown(await Artifact.get("Sample/r1/end/5/png", { datastore }));
  expect(bundle["image/png"]).toBe(png.toString("base64"));
  expect(bundle["text/html"]).toContain(`src="data:image/png;base64,${png.toString("base64")}"`);
});

describe("a value is shown as what it is", () => {
  test.each([
    ["rows as a table", [{ name: "a", score: 1 }, { name: "b" }], /<th>name<\/th>.*<td>b<\/td>.*2 rows, 2 columns/s],
    ["columns as a table", { x: new Float64Array(3), y: [1, 2, 3] }, /<th class="n">x<\/th>.*3 rows, 2 columns/s],
    [
      "an Arrow table as a table",
      tableFromArrays({ x: new Float32Array([1, 2]), y: ["a", "b"] }),
      /<th>y<\/th>.*<td>b<\/td>.*2 rows/s,
    ],
    [
      "a typed array by summary and histogram",
      Float64Array.from({ length: 100 }, (_, at) => at),
      /from, to.*0, 99.*<svg.*<rect/s,
    ],
    ["numbers that are none, too", [NaN, Infinity, 1, 2, 3, 4, 5, 6, 7], /not finite.*2.*<svg/s],
    ["the largest numbers", [-Number.MAX_VALUE, Number.MAX_VALUE, 0, 0, 0, 0, 0, 0, 0], /<rect[^>]*height="9/],
    ["big integers", new BigInt64Array([1n, 2n]), /from, to.*1, 2/s],
    ["no numbers at all", new Float32Array(), /<code><\/code>/],
    [
      "a drawing as a picture that cannot act",
      "<svg><script>alert(1)</script></svg>",
      /^<img [^>]*src="data:image\/svg\+xml;base64,[\w+/=]+" ?\/?>$/,
    ],
    ["text as text", "two\nlines", /<pre>two\nlines<\/pre>/],
    ["all else as a tree", { a: { b: new Map([["k", new Set([1])]]) } }, /<details open>.*<b>k<\/b>/s],
  ])("%s", (_, value, wanted) => {
    expect(valueView(value).text).toMatch(wanted);
  });

  test("never at a length that a notebook cannot hold", () => {
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    const wide = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => ({ deep: [1, [2]] })));
    const rows = Array.from({ length: 100_000 }, (_, at) => ({ at, text: "x".repeat(1000) }));
    for (const value of [cyclic, wide, rows, "x".repeat(1e6), new Float64Array(1e5), new Map(Object.entries(rows))]) {
      expect(valueView(value).text.length).toBeLessThan(500_000);
    }
  });
});
