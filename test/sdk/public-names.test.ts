import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { expect, test } from "vitest";

const NAMES = [
  "FlowSpec",
  "MillraceError",
  "batch",
  "cache",
  "card",
  "catchError",
  "checkpoint",
  "concurrency",
  "config",
  "current",
  "decorator",
  "directory",
  "docker",
  "env",
  "file",
  "includeFile",
  "kubernetes",
  "main",
  "onExit",
  "parameter",
  "project",
  "queue",
  "registerType",
  "resources",
  "retry",
  "reuse",
  "schedule",
  "secrets",
  "slurm",
  "step",
  "timeout",
  "trigger",
  "triggerOnFinish",
];

test("the package exports these names and no others", async () => {
  expect(Object.keys(await import("millrace")).sort()).toEqual(NAMES);
});

test("CommonJS gets the same names", () => {
  const names = Object.keys(createRequire(import.meta.url)("millrace") as object);
  expect(names.filter((name) => name !== "__esModule").sort()).toEqual(NAMES);
});

test("millrace/events exports publish and no others, to CommonJS as well", async () => {
  expect(Object.keys(await import("millrace/events"))).toEqual(["publish"]);
  const names = Object.keys(createRequire(import.meta.url)("millrace/events") as object);
  expect(names.filter((name) => name !== "__esModule")).toEqual(["publish"]);
});

test("millrace/arrow exports no names and is there for CommonJS", async () => {
  expect(Object.keys(await import("millrace/arrow"))).toEqual([]);
  const names = Object.keys(createRequire(import.meta.url)("millrace/arrow") as object);
  expect(names.filter((name) => name !== "__esModule")).toEqual([]);
});

test("Apache Arrow is loaded by millrace/arrow, and by features and services when they meet such rows", () => {
  const folder = path.join(import.meta.dirname, "../../dist");
  const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.c?js$/.test(file));
  const loads = /(from|import|require)\s*\(?\s*"apache-arrow"/;
  const loading = files.filter((file) => loads.test(fs.readFileSync(path.join(folder, file), "utf8")));
  expect(loading.sort()).toEqual(["answering.cjs", "arrow.cjs", "arrow.js", "cli.cjs", "features.js"]);
});

test("millrace/cards has a function for each component, for ES modules and CommonJS", async () => {
  const names = Object.keys(await import("millrace/cards")).sort();
  expect(names.join(" ")).toBe(
    "artifact code column diff error html image json lineChart log markdown plot progressBar registerCard row table tabs timeline valueBox vegaChart",
  );
  const ofCommonJs = Object.keys(createRequire(import.meta.url)("millrace/cards") as object);
  expect(ofCommonJs.filter((name) => name !== "__esModule").sort()).toEqual(names);
});

test("one Runner is in millrace/runner and millrace/testing, for ES modules and CommonJS", async () => {
  const { Runner, ...others } = await import("millrace/runner");
  expect([Runner, others]).toEqual([(await import("millrace/testing")).Runner, {}]);
  const require = createRequire(import.meta.url);
  expect(require("millrace/runner").Runner).toBe(require("millrace/testing").Runner);
  expect(Object.keys(require("millrace/client") as object)).toEqual(Object.keys(await import("millrace/client")));
});

test("what other tools load has one export, the default, for ES modules and CommonJS", async () => {
  const require = createRequire(import.meta.url);
  for (const entry of ["millrace/vitest", "millrace/eslint"]) {
    expect(Object.keys(await import(entry))).toEqual(["default"]);
    expect(Object.keys(require(entry) as object)).toEqual(["default"]);
    expect((require(entry) as { __esModule: unknown }).__esModule).toBe(true);
  }
});

test("the client exports these names and no others", async () => {
  const names = Object.keys(await import("millrace/client")).sort();
  expect(names).toEqual(["Artifact", "Flow", "Run", "Step", "Task", "namespace"]);
});

test("millrace/models exports these names and no others, for ES modules and CommonJS", async () => {
  const { models, ...others } = await import("millrace/models");
  expect([Object.keys(others), Object.keys(models).sort().join(" ")]).toEqual([
    ["Model"],
    "diff get history list outcome promote register remove rollback versions",
  ]);
  const ofCommonJs = createRequire(import.meta.url)("millrace/models") as { models: object };
  expect(Object.keys(ofCommonJs.models)).toEqual(Object.keys(models));
});

test("millrace/serving exports these names and no others, for ES modules and CommonJS", async () => {
  const names = ["PendingAnswer", "Service", "ServiceRequestError", "predict", "serve", "serviceClient"];
  expect(Object.keys(await import("millrace/serving")).sort()).toEqual(names);
  const ofCommonJs = createRequire(import.meta.url)("millrace/serving") as object;
  expect(Object.keys(ofCommonJs).sort()).toEqual(names);
});

test("millrace/features exports these names and no others, for ES modules and CommonJS", async () => {
  const names = Object.keys(await import("millrace/features")).sort();
  expect(names.join(" ")).toBe(
    "arrow artifact compute count csv distinct entity featureView features first jsonl last max mean min parquet quantile rows sql sum",
  );
  const ofCommonJs = Object.keys(createRequire(import.meta.url)("millrace/features") as object);
  expect(ofCommonJs.filter((name) => name !== "__esModule").sort()).toEqual(names);
});

/** Of a class and of what its static methods give. */
function membersOf(type: { readonly prototype: object }): string[] {
  const own = Object.getOwnPropertyNames(type.prototype).filter((name) => name !== "constructor");
  const ofClass = Object.getOwnPropertyNames(type).filter((name) => !["length", "name", "prototype"].includes(name));
  return [...ofClass.map((name) => `static ${name}`), ...own].sort();
}

test("what the client's objects offer has these names", async () => {
  const { Artifact, Flow, Run, Step, Task } = await import("millrace/client");
  expect(Object.fromEntries([Artifact, Flow, Run, Step, Task].map((type) => [type.name, membersOf(type)]))).toEqual({
    Artifact: ["load", "static get"],
    Flow: ["latestRun", "latestSuccessfulRun", "runs", "static get", "static list"],
    Run: [
      "addTags",
      "deployment",
      "endTask",
      "events",
      "finishedAt",
      "flow",
      "id",
      "metrics",
      "originRunId",
      "pathspec",
      "reason",
      "refresh",
      "removeTags",
      "replaceTags",
      "startedAt",
      "static get",
      "status",
      "step",
      "steps",
      "tags",
      "tasks",
      "trigger",
      "usage",
      "username",
    ],
    Step: ["doc", "parentSteps", "pathspec", "static get", "task", "tasks"],
    Task: [
      "artifact",
      "artifactNames",
      "artifacts",
      "attempt",
      "attempts",
      "cards",
      "children",
      "error",
      "finishedAt",
      "foreachStack",
      "gpu",
      "id",
      "index",
      "input",
      "isReused",
      "label",
      "logs",
      "metrics",
      "parents",
      "pathspec",
      "progress",
      "startedAt",
      "static get",
      "status",
      "step",
      "usage",
    ],
  });
});
