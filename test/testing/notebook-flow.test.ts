import fs from "node:fs";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { Runner } from "millrace/testing";
import { LEGACY, makeProject, STANDARD } from "../rigs/project.ts";

const NOTEBOOK = Symbol.for("millrace.notebook");

const CELLS = [
  `import { FlowSpec, parameter, registerType, step, type Inputs } from "millrace";
   import { double } from "./double.ts";
   throw new Error("a task must not do again what a cell did");`,
  `const UNUSED = globalThis.nowhere.at.all;
   class Model { weights: number[]; constructor(weights: number[]) { this.weights = weights; } }
   registerType(Model, { name: "nb.Model", pack: (model) => model.weights, unpack: (weights) => new Model(weights) });
   function halve(value: number): number { return value / 3; }`,
  `const run = await new Runner(CellFlow).run();`,
  `class CellFlow extends FlowSpec {}`,
  `function halve(value: number): number { return value / 2; }`,
  `class CellFlow extends FlowSpec {
     @parameter() factors = 4;
     model!: Model;
     score!: number;
     @step start() { this.next(this.a, this.b); }
     @step a() { this.score = halve(this.factors); this.next(this.join); }
     @step b() { const run = double(this.factors); this.score = run; this.next(this.join); }
     @step join(inputs: Inputs<CellFlow>) {
       this.score = inputs.a.score + inputs.b.score;
       this.model = new Model([this.score]);
       this.next(this.end);
     }
     @step end() { console.log(this.score); }
   }`,
];

afterEach(() => void delete (globalThis as Record<symbol, unknown>)[NOTEBOOK]);

test.each([
  ["standard", STANDARD],
  ["legacy", LEGACY],
])("a flow of a notebook's cells runs from there, with %s decorators", async (_, tsconfig) => {
  const folder = makeProject({
    "package.json": '{ "type": "module" }',
    "tsconfig.json": tsconfig,
    "double.ts": "export const double = (value: number): number => value * 2;",
  });
  const cells = CELLS.map((source, at) => ({ count: at + 1, source }));
  const current = { count: 7, source: "const { run } = await new Runner(CellFlow).run(); run" };
  Object.assign(globalThis, { [NOTEBOOK]: { folder, cells, current, signal: null } });
  // In the notebook the last cell made it; here its name says which is meant.
  class CellFlow {
    declare score: number;
    declare model: { weights: number[] };
  }
  const datastore = path.join(folder, "store");
  const { run, status } = await new Runner(CellFlow as never, { datastore }).run({ factors: 8 } as never);
  expect([status, await (run as never as { data: Record<string, Promise<unknown>> }).data["score"]]).toEqual([
    "succeeded",
    20,
  ]);
  expect(await (run.data as Record<string, Promise<unknown>>)["model"]).toMatchObject({ weights: [20] });
  expect(Object.keys(await run.code.files())).toEqual(expect.arrayContaining(["double.ts"]));
  expect(fs.readdirSync(folder)).not.toContain("CellFlow.notebook.js");
});

test("a class that no cell and no file defines is refused with what to do", async () => {
  Object.assign(globalThis, { [NOTEBOOK]: { folder: import.meta.dirname, cells: [], current: null } });
  class Nowhere {}
  await expect(new Runner(Nowhere as never).run()).rejects.toThrow("define the class in a cell");
});
