import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Artifact, Flow, namespace, Run, Step, Task } from "../../sdk/client/index.ts";
import { registerType } from "../../sdk/register-type.ts";
import { blobKey } from "../../runtime/datastore/blob-key.ts";
import type { Datastore } from "../../runtime/datastore/datastore.ts";
import { SampleRun, sampleStore, WHOLE } from "../datastore/sample-store.ts";

let store: Datastore;
let datastore: string;
let remove: () => void;
beforeEach(() => ({ store, folder: datastore, remove } = sampleStore()));
afterEach(() => {
  namespace("all");
  remove();
});

function wholeRun(run: string, artifacts: Readonly<Record<string, unknown>> = {}): SampleRun {
  const sample = new SampleRun(store, run).events(...WHOLE);
  for (const [step, task] of [
    ["start", 1],
    ["train", 2],
    ["train", 3],
    ["join", 4],
    ["end", 5],
  ] as const) {
    sample.result({ step, task }, artifacts);
  }
  return sample;
}

describe("what is not there is named with what may have been meant", () => {
  beforeEach(() => void wholeRun("r1", { score: 1 }));

  test.each([
    ["a flow", () => Flow.get("Sampel", { datastore }), "did you mean Sample?"],
    ["a run", () => Run.get("Sample/r9", { datastore }), "latest runs: r1"],
    ["a step", () => Step.get("Sample/r1/trai", { datastore }), "did you mean r1/train?"],
    ["a task", () => Task.get("Sample/r1/train/9", { datastore }), "tasks of train: 2, 3"],
    [
      "another step's task",
      () => Task.get("Sample/r1/train/4", { datastore }),
      "task 4 belongs to another step: r1/join/4",
    ],
    ["an artifact", () => Artifact.get("Sample/r1/end/5/scor", { datastore }), "did you mean score?"],
    ["a part of the pathspec", () => Task.get("Sample/r1/train", { datastore }), "wanted: Flow/run/step/task"],
    ["a word for a task", () => Task.get("Sample/r1/train/first", { datastore }), "first is not a task number"],
    ["no text at all", () => Run.get(undefined as unknown as string, { datastore }), "it is not a string: undefined"],
    ["an empty datastore", () => Flow.get("Sample", { datastore: `${datastore}-none` }), "holds no run of any flow"],
    ["an option", () => Flow.get("Sample", { datstore: "x" } as object), "did you mean datastore?"],
  ])("%s", async (_, ask, said) => {
    await expect(ask()).rejects.toThrow(said);
    await expect(ask()).rejects.toMatchObject({ name: "MillraceError" });
  });

  test("a step of a run, where it is asked for", async () => {
    const run = await Run.get("Sample/r1", { datastore });
    expect(() => run.step("trai")).toThrow("did you mean r1/train?");
    await expect(run.step("train").task()).rejects.toThrow("because there are 2");
    await expect(run.step("train").task(7)).rejects.toThrow("there is none at that index");
  });

  test("a list with a wrong option", async () => {
    const flow = await Flow.get("Sample", { datastore });
    expect(() => flow.runs({ status: "done" as "failed" })).toThrow("running, succeeded, failed, stale");
    expect(() => flow.runs({ limit: -1 })).toThrow("a whole number, 0 or more");
    expect(() => flow.runs({ tags: "a" as unknown as string[] })).toThrow("an array of strings");
    await expect(flow.latestRun({ tags: ["none"] })).rejects.toThrow("no run matches: tag none");
  });

  test("an object made by hand", () => {
    const Made = Run as unknown as new (pathspec: string) => Run;
    expect(() => new Made("Sample/r1")).toThrow('await Run.get("Sample/r1")');
  });
});

describe("a namespace", () => {
  beforeEach(() => {
    wholeRun("r1");
    new SampleRun(store, "r2", { username: "bob", project: { name: "p", branch: "prod", isProduction: true } });
  });

  test("leaves out others' runs from lists", async () => {
    expect(namespace("user:ada")).toBe("user:ada");
    const flow = await Flow.get("Sample", { datastore });
    expect((await flow.latestRun()).id).toBe("r1");
    expect((await flow.latestRun({ namespace: "project:p" })).id).toBe("r2");
    expect((await Run.get("Sample/latest", { datastore })).id).toBe("r1");
    expect((await Run.get("Sample/latest:any", { datastore })).id).toBe("r2");
    expect((await Run.get("Sample/latest~1", { datastore, namespace: null })).id).toBe("r1");
    await expect(Run.get("Sample/latest~1", { datastore })).rejects.toThrow(
      "because there is only 1 run in the namespace user:ada",
    );
    await expect(Run.get("Sample/latest", { datastore, namespace: "user:eve" })).rejects.toThrow(
      /because none of its runs is in the namespace user:eve\n.*\n.*\n {4}r2 {2}by bob on prod, /,
    );
  });

  test("makes opening somebody else's run an error that says whose it is", async () => {
    namespace("user:ada");
    await expect(Run.get("Sample/r2", { datastore })).rejects.toThrow(
      "it is not in the namespace user:ada: it belongs to user:bob and project:p",
    );
    expect((await Run.get("Sample/r2", { datastore, namespace: "all" })).username).toBe("bob");
  });

  test("null means all, for the process, for one call, and for one flow", async () => {
    namespace("user:ada");
    expect(namespace(null)).toBe("all");
    expect(namespace()).toBe("all");
    namespace("user:ada");
    expect(namespace(undefined)).toBe("user:ada");
    expect((await (await Flow.get("Sample", { datastore, namespace: null })).latestRun()).id).toBe("r2");
    const own = await Flow.get("Sample", { datastore });
    expect((await own.latestRun()).id).toBe("r1");
    expect((await own.latestRun({ namespace: null })).id).toBe("r2");
    expect((await Run.get("Sample/r2", { datastore, namespace: null })).username).toBe("bob");
  });

  test("is refused if it names nobody", () => {
    expect(() => namespace("ada" as "all")).toThrow("did you mean user:ada?");
    expect(namespace()).toBe("all");
  });
});

describe("what cannot be loaded", () => {
  test("is still told by name, type and size", async () => {
    class Movie {
      title = "Alien";
    }
    registerType(Movie, { name: "test.Unknown", pack: ({ title }) => title, unpack: () => new Movie() });
    wholeRun("r1", { movie: new Movie() });
    const types = (globalThis as { [key: symbol]: { byName: Map<string, unknown> } })[Symbol.for("millrace.types")]!;
    types.byName.delete("test.Unknown");
    const artifact = await Artifact.get("Sample/r1/end/5/movie", { datastore });
    expect([artifact.type, artifact.hash.length]).toEqual(["test.Unknown", 64]);
    await expect(artifact.load()).rejects.toThrow('registerType(…, { name: "test.Unknown", pack, unpack })');
  });

  test("because its blob is damaged or gone says so and leaves the rest readable", async () => {
    wholeRun("r1", { big: "x".repeat(5000), small: 1 });
    const artifact = await Artifact.get("Sample/r1/end/5/big", { datastore });
    const file = path.join(datastore, blobKey(artifact.hash));
    fs.chmodSync(file, 0o644);
    fs.writeFileSync(file, "something else");
    await expect(artifact.load()).rejects.toMatchObject({ code: "MILLRACE_DAMAGED_BLOB" });
    fs.rmSync(file);
    await expect(artifact.load()).rejects.toMatchObject({ code: "MILLRACE_MISSING_BLOB" });
    const run = await Run.get("Sample/r1", { datastore });
    expect(await run.data["small"]).toBe(1);
    await expect(run.data["big"]).rejects.toThrow("not in the datastore");
  });

  test("as a run whose record is damaged, is left out of a list with a warning", async () => {
    wholeRun("r1");
    wholeRun("r2");
    fs.writeFileSync(path.join(datastore, "flows/Sample/r2/run.json"), "{");
    const warned: string[] = [];
    const take = (warning: Error) => warned.push(warning.message);
    process.on("warning", take);
    const flow = await Flow.get("Sample", { datastore });
    expect((await flow.runs().toArray()).map(({ id }) => id)).toEqual(["r1"]);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", take);
    expect(warned).toEqual([expect.stringContaining("The run r2 is left out: Cannot read")]);
  });
});
