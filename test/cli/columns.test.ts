import { afterEach, beforeEach, expect, test } from "vitest";
import { runsCommand } from "../../runtime/cli/commands/runs/command.ts";
import { saveArtifact } from "../../runtime/datastore/load-artifact.ts";
import type { Storage } from "../../runtime/datastore/storage.ts";
import { type Datastore, datastoreOn } from "../../runtime/datastore/datastore.ts";
import { SampleRun, sampleStore, started, WHOLE } from "../datastore/sample-store.ts";
import { Captured } from "./command-runner.ts";

let store: Datastore;
let remove: () => void;
beforeEach(() => ({ store, remove } = sampleStore()));
afterEach(() => remove());

function runs(...argv: string[]): Promise<Captured> {
  return new Captured(() => store).run(runsCommand, ...argv);
}

/** A run that reached its end, with this horizon, and these artifacts there. */
function endedRun(id: string, { horizon, ...artifacts }: Record<string, unknown>): void {
  const parameters = { horizon: saveArtifact(store.blobs, "horizon", horizon) };
  new SampleRun(store, id, { parameters }).events(...WHOLE).result({ step: "end", task: 5 }, artifacts);
}

test("columns show parameters and fields of the end task, numbers to the right, - where there is none", async () => {
  endedRun("r1", { horizon: 6, bests: { mape: 3.25, name: "linear" }, losses: [0.5, 0.25] });
  endedRun("r2", { horizon: 24, bests: { mape: 12 }, losses: [1] });
  new SampleRun(store, "r3", { parameters: {} }).events(started("start", 1, { kind: "start" }));
  const { text } = await runs("--columns", "horizon,bests.mape", "--columns", "bests.name,losses[1],bests");
  const rows = text.trimEnd().split("\n");
  const from = rows[0]?.indexOf("horizon") ?? 0;
  expect(rows.map((row) => row.slice(from))).toEqual([
    "horizon  bests.mape  bests.name  losses[1]  bests",
    "      -           -  -                   -  -",
    "     24          12  -                   -  { mape: 12 }",
    "      6        3.25  linear           0.25  { mape: 3.25, name: 'linear' }",
  ]);
});

test("--json has them with their types, and leaves out what a run does not have", async () => {
  endedRun("r1", { horizon: 6, when: new Date(0), sizes: new Map([["a", 1]]), none: null });
  endedRun("r2", { horizon: 7n });
  const [json] = (await runs("--columns", "horizon,when,sizes,none", "--json")).json;
  expect(json.map(({ columns }: { columns: unknown }) => columns)).toEqual([
    { horizon: { $type: "bigint", value: "7" } },
    {
      horizon: 6,
      when: { $type: "Date", value: "1970-01-01T00:00:00.000Z" },
      sizes: { $type: "Map", entries: [["a", 1]] },
      none: null,
    },
  ]);
  const [plain] = (await runs("--json")).json;
  expect(plain[0]).not.toHaveProperty("columns");
});

test.each([
  ["horizn", "a parameter or an artifact at its end named horizn", "did you mean horizon?"],
  ["best.mape", "a parameter or an artifact at its end named best", "did you mean bests.mape?"],
  ["bests.mapes", "that field", "did you mean bests.mape?"],
  ["horizon.days", "that field", "there are: none"],
  ["constructor", "named constructor", "there are: bests, horizon"],
  ["bests.constructor", "that field", "there are: bests.mape"],
])("a column that no run has is answered: %s", async (column, seen, meant) => {
  endedRun("r1", { horizon: 6, bests: { mape: 3 } });
  await expect(runs("--columns", column)).rejects.toThrow(
    expect.objectContaining({ code: "MILLRACE_USAGE", message: expect.stringContaining(seen) as unknown }),
  );
  await expect(runs("--columns", column)).rejects.toThrow(meant);
});

test.each(["", "a,,b", "bests.", "two words"])("%j names no column", async (text) => {
  endedRun("r1", { horizon: 6 });
  await expect(runs("--columns", text)).rejects.toThrow(/Cannot show the column ".*" because it does not name/);
});

test("where no run has reached its end, a column waits for it", async () => {
  new SampleRun(store, "r1").events(started("start", 1, { kind: "start" }));
  const { text, notes } = await runs("--columns", "factors,bests.mape");
  expect(text).toMatch(/ factors {2}bests\.mape\nr1 .* 16 {11}-\n$/);
  expect(notes).toBe("no run listed has bests.mape yet, as none has reached its end\n");
});

test("an artifact that cannot be read is told, and the others are shown", async () => {
  endedRun("r1", { horizon: 6, big: "x".repeat(5000) });
  endedRun("r2", { horizon: 7, big: "y".repeat(5000) });
  const [, row = ""] = (await runs("--columns", "big", "--json")).json[0];
  const { hash } = store.record("Sample", "r1").resultAt("r1/end/5/0/end-5/0").artifacts["big"] ?? {};
  store.storage.write(`blobs/sha256/${hash?.slice(0, 2)}/${hash?.slice(2)}`, [Buffer.from("damaged")]);
  const { text, notes } = await runs("--columns", "big,horizon");
  expect(row).toMatchObject({ columns: { big: "x".repeat(5000) } });
  expect(notes).toMatch(/^big of r1 is left out: /);
  expect(text).toMatch(/r2 .* y{59}… +7\nr1 .* - +6\n/);
});

test("only the artifacts asked for are loaded", async () => {
  endedRun("r1", { horizon: 6, big: "x".repeat(5000), other: "y".repeat(5000) });
  const read: string[] = [];
  const storage: Storage = new Proxy(store.storage, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        if (typeof args[0] === "string" && args[0].startsWith("blobs/")) read.push(args[0]);
        return (member as (...args: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  const { artifacts } = store.record("Sample", "r1").resultAt("r1/end/5/0/end-5/0");
  store = datastoreOn(storage);
  await runs("--columns", "horizon");
  expect(read).toEqual([]);
  await runs("--columns", "big");
  expect(new Set(read.map((key) => key.slice(-8)))).toEqual(new Set([artifacts["big"]?.hash.slice(-8)]));
});
