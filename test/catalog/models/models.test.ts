import { describe, expect, test } from "vitest";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import * as v from "valibot";
import { Artifact } from "../../../sdk/client/index.ts";
import { models } from "../../../sdk/models/index.ts";
import { Events } from "../../../runtime/datastore/events.ts";
import { modelPendingKey } from "../../../runtime/datastore/kinds/model-pending.ts";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { type ModelRig, modelRig, pathspecOf } from "./model-rig.ts";

const RUN = "20260101-000000000-aaaaa";

/** A schema that says itself as JSON Schema, as those of zod and arktype do. */
function saying(json: object | (() => never)): StandardSchemaV1 {
  const say =
    (what: string) =>
    ({ target }: { target: string }) =>
      typeof json === "function" ? json() : { ...json, of: `${what} ${target}` };
  const jsonSchema = { input: say("input"), output: say("output") };
  const standard = { version: 1, vendor: "own", jsonSchema, validate: (value: unknown) => ({ value }) } as const;
  return { "~standard": standard };
}

/** Three versions of one model, each of another run. */
async function threeVersions(): Promise<ModelRig & { readonly datastore: string }> {
  const rig = modelRig();
  const { folder: datastore } = rig;
  for (const [at, auc] of [0.8, 0.9, 0.85].entries()) {
    const run = rig.train(`2026010${at + 1}-000000000-aaaaa`, at);
    await models.register("churn", pathspecOf(run), { datastore, metrics: { auc, rows: 10 * at } });
  }
  return { ...rig, datastore };
}

async function refusal(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    if (isMillraceError(error)) return error.message;
    throw error;
  }
  return "nothing was refused";
}

describe("a version", () => {
  test("is a pointer to an artifact, with metrics, description and schemas", async () => {
    const { folder: datastore, train } = modelRig();
    const pathspec = pathspecOf(train(RUN, 7));
    const artifact = await Artifact.get<Buffer>(pathspec, { datastore });
    const input = saying({ type: "object", required: ["age"] });
    const facts = {
      metrics: { auc: 0.91, loss: Number.NaN },
      description: "the first",
      input,
      output: saying({ type: "number" }),
    };
    const registered = await models.register("churn", artifact, { datastore, ...facts });
    const model = await models.get<Buffer>("churn@latest", { datastore });
    expect(Object.entries(model)).toEqual(Object.entries(registered));
    expect(model).toMatchObject({
      name: "churn",
      number: 1,
      hash: artifact.hash,
      aliases: [],
      description: "the first",
    });
    expect([String(model), model.pathspec, model.metrics]).toEqual([
      "churn@1",
      pathspec,
      { auc: 0.91, loss: Number.NaN },
    ]);
    expect(model.input).toMatchObject({
      vendor: "own",
      json: { type: "object", required: ["age"], of: "input draft-2020-12" },
    });
    expect(model.output).toMatchObject({ vendor: "own", json: { type: "number", of: "output draft-2020-12" } });
    expect(Buffer.from(await model.load())).toEqual(Buffer.alloc(2000, 7));
  });

  test("knows who made it, when, from which run, code, values and data", async () => {
    const { folder: datastore, store, train } = modelRig();
    const run = train(RUN, 7);
    await models.register("churn", pathspecOf(run), { datastore });
    const before = store.record(run.flow, run.run).document();
    const lineage = await (await models.get("churn@1", { datastore })).lineage();
    expect(lineage).toMatchObject({
      run: { pathspec: `Churn/${RUN}`, username: "ada", originRunId: null },
      task: `Churn/${RUN}/start/1`,
      artifact: "model",
      code: { hash: before.code, file: "flow.ts" },
      git: null,
      environment: { millrace: "0.1.0", node: "20.19.0", packages: {} },
    });
    expect(lineage.parameters).toEqual({ rate: 0.1 });
    expect(lineage.data.map(({ name, size }) => [name, size > 0])).toEqual([
      ["data", true],
      ["rows", true],
    ]);
  });

  test("whose schema cannot say itself as JSON Schema is registered with the name of the library alone", async () => {
    const { folder: datastore, train } = modelRig();
    const input = saying(() => {
      throw new TypeError("a function is no JSON");
    });
    const run = train(RUN, 7);
    const model = await models.register("churn", pathspecOf(run), { datastore, input, output: v.number() });
    expect([model.input, model.output]).toEqual([
      { vendor: "own", json: null },
      { vendor: "valibot", json: null },
    ]);
  });

  test("differs from another one in what was not the same", async () => {
    const { datastore } = await threeVersions();
    const changes = await models.diff("churn@1", "churn@2", { datastore });
    expect(changes.map(({ part, name }) => `${part} ${name}`)).toEqual([
      "artifact model",
      "metric auc",
      "metric rows",
      "data data",
    ]);
    expect(changes[1]).toEqual({ part: "metric", name: "auc", from: 0.8, to: 0.9 });
    expect(await models.diff("churn@2", "churn@2", { datastore })).toEqual([]);
  });
});

describe("an alias", () => {
  test("moves from version to version, and every move is told: from, to, who, when, why", async () => {
    const { datastore } = await threeVersions();
    const alias = "production";
    await models.promote("churn", 1, { datastore, alias, expect: null });
    await models.promote("churn", 2, { datastore, alias, expect: 1, reason: "AUC + 0.1" });
    await models.promote("churn", 3, { datastore, alias: "staging" });
    const history = await models.history("churn", { datastore });
    expect(history.map(({ alias, from, to, why }) => [alias, from, to, why])).toEqual([
      ["production", null, 1, null],
      ["production", 1, 2, "AUC + 0.1"],
      ["staging", null, 3, null],
    ]);
    const model = await models.get("churn@production", { datastore });
    expect([model.number, model.aliases]).toEqual([2, ["production"]]);
    const [first] = history;
    expect(await models.history("churn", { datastore, at: first?.at ?? "" })).toEqual({ production: 1 });
    expect(await models.history("churn", { datastore, at: "2020-01-01" })).toEqual({});
    for (const at of ["yesterday", "7", "2026-02-31", Number.NaN])
      expect(await refusal(models.history("churn", { datastore, at }))).toMatch(/because it is not a time/);
    expect(await models.list({ datastore })).toEqual([
      { name: "churn", latest: 3, versions: 3, aliases: { production: 2, staging: 3 } },
    ]);
  });

  test("that points there already is left where it is", async () => {
    const { datastore } = await threeVersions();
    const first = await models.promote("churn", 2, { datastore, alias: "production", reason: "first" });
    expect(await models.promote("churn", 2, { datastore, alias: "production", reason: "again" })).toEqual(first);
    expect(await models.history("churn", { datastore })).toHaveLength(1);
  });

  test("publishes the event model-promoted with each move, once", async () => {
    const { datastore, store } = await threeVersions();
    await models.promote("churn", 2, { datastore, alias: "production" });
    await models.promote("churn", 3, { datastore, alias: "production", reason: "newer" });
    const ids = store.storage.list("events").map((name) => name.replace(".json", ""));
    const events = ids.map((id) => new Events(store.storage).find(id));
    expect(events.map((event) => [event?.name, event?.data])).toEqual([
      [
        "model-promoted:churn",
        { model: "churn", alias: "production", from: null, to: 2, action: "promote", reason: null },
      ],
      [
        "model-promoted:churn",
        { model: "churn", alias: "production", from: 2, to: 3, action: "promote", reason: "newer" },
      ],
    ]);
    expect(store.storage.list("inbox")).toHaveLength(2);
  });

  test("whose process died after the move tells of it when somebody looks next", async () => {
    const { datastore, store } = await threeVersions();
    await models.promote("churn", 2, { datastore, alias: "production" });
    const [event = ""] = store.storage.list("events");
    const id = event.replace(".json", "");
    const note = { format: 1, what: "move", model: "churn", sequence: 1, id, time: Date.now() };
    store.storage.remove([`events/${event}`]);
    store.storage.write(modelPendingKey("churn", id), [Buffer.from(JSON.stringify(note))]);
    await models.get("churn@production", { datastore });
    expect(new Events(store.storage).find(id)).toMatchObject({ name: "model-promoted:churn", data: { to: 2 } });
    expect(store.storage.list("models/churn/pending")).toEqual([]);
  });

  test("that is elsewhere than expected is not moved, and who moved it is told", async () => {
    const { datastore } = await threeVersions();
    await models.promote("churn", 1, { datastore, alias: "production", reason: "good enough" });
    const options = { datastore, alias: "production" };
    expect(await refusal(models.promote("churn", 3, { ...options, expect: 2 }))).toMatch(
      /from 2 to 3 because it is 1: \S+ moved it there from not set, because: good enough/,
    );
    expect(await refusal(models.promote("churn", 3, { ...options, expect: null }))).toMatch(
      /from not set to 3 because it is 1/,
    );
    expect(await models.history("churn", { datastore })).toHaveLength(1);
  });

  test("moves only to a version that fulfils what is required", async () => {
    const { datastore } = await threeVersions();
    const options = { datastore, alias: "production" };
    await models.promote("churn", 2, options);
    const isBetter = models.promote("churn", 3, {
      ...options,
      expect: 2,
      require: (candidate, current) => (candidate.metrics.auc ?? 0) >= (current.metrics.auc ?? 0),
    });
    expect(await refusal(isBetter)).toMatch(/Cannot move churn@production to 3 because it does not fulfil/);
    const seen: unknown[] = [];
    await models.promote("churn", 3, {
      ...{ datastore, alias: "staging" },
      require: async (candidate, current) => {
        await Promise.resolve();
        seen.push(candidate.number, current);
        return true;
      },
    });
    expect(seen).toEqual([3, null]);
  });

  test("is rolled back step by step, over versions that were removed", async () => {
    const { datastore, train } = await threeVersions();
    await models.register("churn", pathspecOf(train("20260104-000000000-aaaaa", 4)), { datastore });
    for (const number of [1, 2, 3, 4]) await models.promote("churn", number, { datastore, alias: "production" });
    const back = () => models.rollback("churn@production", { datastore, reason: "errors" });
    expect(await back()).toMatchObject({ from: 4, to: 3, why: "errors", action: "rollback" });
    await models.remove("churn@2", { datastore });
    expect(await back()).toMatchObject({ from: 3, to: 1 });
    expect(await refusal(back())).toMatch(/because it pointed nowhere before 1/);
    expect(await refusal(models.rollback("churn@production", { datastore, expect: 4 }))).toMatch(/pointed nowhere/);
    expect(await refusal(models.rollback("churn@3", { datastore }))).toMatch(/only an alias can be rolled back/);
  });

  test("is taken away, and may be set anew", async () => {
    const { datastore } = await threeVersions();
    await models.promote("churn", 1, { datastore, alias: "staging" });
    await models.remove("churn@staging", { datastore, reason: "unused" });
    expect(await refusal(models.get("churn@staging", { datastore }))).toMatch(/has no alias staging/);
    await models.promote("churn", 2, { datastore, alias: "staging", expect: null });
    expect((await models.history("churn", { datastore })).map(({ from, to }) => [from, to])).toEqual([
      [null, 1],
      [1, null],
      [null, 2],
    ]);
  });
});

describe("a version that is removed", () => {
  test("keeps its number, is no longer found, and is told who removed it", async () => {
    const { datastore, train } = await threeVersions();
    await models.remove("churn@3", { datastore, reason: "leaked labels" });
    expect(await refusal(models.get("churn@3", { datastore }))).toMatch(/removed it\n.*reason: leaked labels/s);
    expect((await models.get("churn@latest", { datastore })).number).toBe(2);
    expect((await models.versions("churn", { datastore })).map(({ number }) => number)).toEqual([1, 2]);
    const next = await models.register("churn", pathspecOf(train("20260105-000000000-aaaaa", 5)), { datastore });
    expect(next.number).toBe(4);
  });

  test("is refused while an alias points to it", async () => {
    const { datastore } = await threeVersions();
    await models.promote("churn", 3, { datastore, alias: "production" });
    expect(await refusal(models.remove("churn@3", { datastore }))).toMatch(/an alias points to it: production/);
    expect((await models.get("churn@3", { datastore })).number).toBe(3);
  });
});

describe("what cannot be meant", () => {
  test.each([
    ["chur@production", /none of that name.*did you mean churn\?/s],
    ["churn@prodction", /no alias prodction.*did you mean production\?/s],
    ["churn@9", /no such version.*1 to 3.*churn@3/s],
    ["churn", /does not say which version.*churn@latest/s],
    ["churn@", /nothing follows the @/],
    ["churn@0", /neither a number from 1 nor an alias/],
    ["churn@1.5", /neither a number from 1 nor an alias/],
    ["a@b@c", /more than one @/],
    ["../x@1", /cannot be the name of a model/],
    ["", /cannot be the name of a model/],
    [7, /is not a string/],
    [null, /is not a string/],
  ])("as the reference %s is refused with the fix", async (reference, wanted) => {
    const { datastore } = await threeVersions();
    await models.promote("churn", 1, { datastore, alias: "production" });
    expect(await refusal(models.get(reference as string, { datastore }))).toMatch(wanted);
  });

  test.each([
    ["latest", /stands for the highest number/],
    ["7", /an alias is a letter/],
    ["a b", /an alias is a letter/],
    ["__proto__", /an alias is a letter/],
    [undefined, /an alias is a letter/],
  ])("as the alias %s is refused", async (alias, wanted) => {
    const { datastore } = await threeVersions();
    expect(await refusal(models.promote("churn", 1, { datastore, alias: alias as string }))).toMatch(wanted);
  });

  test.each(["constructor", "toString", "hasOwnProperty"])(
    "an alias may be called %s, which every object answers to",
    async (alias) => {
      const { datastore } = await threeVersions();
      expect(await refusal(models.get(`churn@${alias}`, { datastore }))).toMatch(/has no alias/);
      await models.promote("churn", 1, { datastore, alias, expect: null });
      expect((await models.get(`churn@${alias}`, { datastore })).number).toBe(1);
    },
  );

  test("in a registration is refused before anything is written", async () => {
    const { folder: datastore, store, train } = modelRig();
    const pathspec = pathspecOf(train(RUN, 7));
    const register = (name: unknown, options: object = {}, artifact: unknown = pathspec) =>
      refusal(models.register(name as string, artifact as string, { datastore, ...options }));
    expect(await register("a b")).toMatch(/Cannot use the name "a b" for a model/);
    expect(await register("churn", { metrics: { auc: "0.9" } })).toMatch(/metric auc is not a number: "0.9"/);
    expect(await register("churn", { metrics: 7 })).toMatch(/metrics are not numbers by name/);
    expect(await register("churn", { input: {} })).toMatch(/input is not a Standard Schema/);
    expect(await register("churn", { description: 7 })).toMatch(/description is not a string/);
    expect(await register("churn", { metric: {} })).toMatch(/no option metric.*did you mean metrics\?/s);
    expect(await register("churn", {}, `${pathspec}x`)).toMatch(/did you mean model\?/);
    expect(await register("churn", {}, {})).toMatch(/is not an artifact of a run/);
    expect(await register("churn", {}, "Churn/model")).toMatch(/wanted: Flow\/run\/step\/task\/artifact/);
    expect(store.storage.list("models")).toEqual([]);
  });
});
