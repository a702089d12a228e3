import path from "node:path";
import { expect, test } from "vitest";
import { datastoreOn } from "../../../runtime/datastore/datastore.ts";
import { fieldOf, parameterDefinitions } from "../../../runtime/launch/release/parameter-definitions.ts";
import type { StoredValue } from "../../../runtime/launch/release/release.ts";
import type { FlowField } from "../../../runtime/launch/values/flow-fields.ts";
import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";
import { makeProject } from "../../rigs/project.ts";

const { blobs } = datastoreOn(memoryStorage());

function define(fields: readonly FlowField[], parameters: Record<string, unknown> = {}, given: readonly string[] = []) {
  const flowFile = path.join(makeProject({ "words.txt": "neap" }), "flow.ts");
  const defaults = new Map<string, StoredValue>();
  const plan = { fields, flowFile, parameters, given: new Set(given) };
  return { definitions: parameterDefinitions(plan, { blobs, defaults }), defaults };
}

test.each([0.1, 7n, true, "text", null, new Date(0), new Map([["moon", 1]]), new Float64Array(500), undefined])(
  "a default of %o comes back as it was",
  (initial) => {
    const { definitions } = define([{ kind: "parameter", name: "level", options: { env: "LEVEL" }, initial }]);
    expect(definitions.map((definition) => fieldOf(blobs, definition))).toEqual([
      { kind: "parameter", name: "level", options: { required: false, env: "LEVEL" }, initial },
    ]);
  },
);

test("choices and what is required are kept", () => {
  const options = { choices: [1, NaN, "all"], required: true };
  const { definitions } = define([{ kind: "parameter", name: "level", options, initial: undefined }]);
  expect(definitions.map((definition) => fieldOf(blobs, definition))).toEqual([
    { kind: "parameter", name: "level", options, initial: undefined },
  ]);
});

test("what only the code knows is not guessed", () => {
  const schema = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;
  const { definitions } = define([
    { kind: "parameter", name: "ruled", options: { schema }, initial: 1 },
    { kind: "parameter", name: "odd", options: {}, initial: () => 1 },
  ]);
  expect(definitions).toMatchObject([
    { name: "ruled", isInCode: true, default: null },
    { name: "odd", isInCode: true, default: null },
  ]);
  expect(definitions.map((definition) => fieldOf(blobs, definition))).toEqual([null, null]);
});

test("a default that the run does not use is left in the code: it may be a secret", () => {
  const field: FlowField = { kind: "parameter", name: "token", options: {}, initial: "from the environment" };
  const { definitions, defaults } = define([field], { token: "given" }, ["token"]);
  expect(definitions).toMatchObject([{ name: "token", default: null, isInCode: true }]);
  expect(defaults.size).toBe(0);
});

test("an included file is what it holds, unless the run was given another one", () => {
  const field: FlowField = { kind: "includeFile", name: "words", options: {}, initial: "words.txt" };
  expect(define([field], { words: "neap" }).defaults.get("words")?.value).toBe("neap");
  expect(define([field], { words: "ebb" }, ["words"]).definitions).toEqual([
    { kind: "includeFile", name: "words", default: null, encoding: "utf8" },
  ]);
});

test("configuration is no parameter", () => {
  expect(define([{ kind: "config", name: "sites", options: {}, initial: [] }]).definitions).toEqual([]);
});
