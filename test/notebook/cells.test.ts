import { expect, test } from "vitest";
import { ESM, LEGACY, STANDARD } from "../rigs/project.ts";
import { runCells } from "./notebooks.ts";

test("a cell's last value is shown, and what it prints before it", async () => {
  const { outputs, code } = await runCells([
    "const n: number = 5; n",
    "console.log('out'); console.error('err'); console.log('again'); n * 2",
    "const nothing = 1;",
    "null",
    "undefined",
    "'text'",
    "display(1); display({ 'text/html': '<i>2</i>' }, { raw: true }); 3",
  ]);
  expect(outputs).toEqual([
    ["= 5"],
    ["stdout: out", "stderr: err", "stdout: again", "= 10"],
    [],
    ["= null"],
    [],
    ["= 'text'"],
    ["display: 1", "display: <i>2</i>", "= 3"],
  ]);
  expect(code).toBe(0);
});

test("a later cell may await, and declare again what an earlier one declared", async () => {
  const { outputs } = await runCells([
    "const a = await Promise.resolve(1); let b; var c = 3; function f() { return 'old'; } class K { v = 1 }",
    "import path, { basename as a } from 'node:path'; const f = () => 'new'; class K { v = 2 }; enum Color { Red }",
    "enum Color { Blue, Green }; [typeof a, b, c, f(), new K(), Color.Green, path.sep.length]",
    "const { x, y: [z] } = { x: later(), y: [2] }; function later() { return 1; }",
    "[x, z, later.name, K.toString()]",
  ]);
  expect(outputs).toEqual([
    [],
    [],
    ["= [ 'function', undefined, 3, 'new', K { v: 2 }, 1, 1 ]"],
    [],
    ["= [ 1, 2, 'later', 'class K {\\n  v = 2;\\n}' ]"],
  ]);
});

test("a name of the platform belongs to the cells alone once they declare it", async () => {
  const { outputs } = await runCells([
    "import { setTimeout } from 'node:timers/promises'; await setTimeout(1, 'first')",
    "[await setTimeout(1, 'second'), globalThis.setTimeout.length === 2 || globalThis.setTimeout !== setTimeout]",
  ]);
  expect(outputs).toEqual([["= 'first'"], ["= [ 'second', true ]"]]);
});

test("imports are resolved from the notebook's folder: TypeScript, JSON, packages", async () => {
  const { outputs } = await runCells(
    [
      "import { twice, type Number } from './src/twice.ts'; import data from './data.json' with { type: 'json' };",
      "import { twice as again } from './src/twice.js'; import { FlowSpec } from 'millrace';",
      "[twice(data.n), again(2), typeof FlowSpec, require('./data.json').n, import.meta.dirname === process.cwd()]",
      "const { twice: third } = await import('./src/twice.ts'); third(4)",
      { source: "import { missing } from 'node:path'; missing", tags: ["raises-exception"] },
    ],
    {
      files: {
        "src/twice.ts": "export type Number = number; export const twice = (n: Number): number => 2 * n;",
        "data.json": '{ "n": 21 }',
        "package.json": ESM,
      },
    },
  );
  expect(outputs).toEqual([
    [],
    [],
    ["= [ 42, 4, 'function', 21, true ]"],
    ["= 8"],
    ['! SyntaxError: The module "node:path" has no export named missing'],
  ]);
});

const DECORATED = [
  "function mark(...args) { seen.push(args.length, typeof args[1]); }\nconst seen: unknown[] = [];",
  "class A { @mark method() { return 1; } }\nseen",
];

test("decorators are those of the nearest tsconfig.json", async () => {
  const [standard, legacy, none] = await Promise.all([
    runCells(DECORATED, { files: { "tsconfig.json": STANDARD } }),
    runCells(DECORATED, { files: { "tsconfig.json": LEGACY } }),
    runCells(DECORATED),
  ]);
  expect(standard.outputs[1]).toEqual(["= [ 2, 'object' ]"]);
  expect(legacy.outputs[1]).toEqual(["= [ 3, 'string' ]"]);
  expect(none.outputs[1]).toEqual(["= [ 2, 'object' ]"]);
});

test("two decorated classes of different cells do not disturb each other", async () => {
  const { outputs } = await runCells([
    "const log: string[] = []; function init(name: string) { return (_: unknown, context: any) => { context.addInitializer(() => log.push(name)); }; }",
    "class A { @init('a') method() {} }",
    "class B { @init('b') method() {} }",
    "new A(); new B(); log",
  ]);
  expect(outputs[3]).toEqual(["= [ 'a', 'b' ]"]);
});

test("an object says itself how it is shown, at once or later, and an element by its HTML", async () => {
  const { outputs, saved } = await runCells([
    "const DISPLAY = Symbol.for('Jupyter.display'); ({ [DISPLAY]: () => ({ 'text/html': '<b>1</b>' }) })",
    "({ [DISPLAY]: async () => ({ 'text/html': '<b>2</b>', 'image/png': new Uint8Array([1, 2, 3]) }) })",
    "({ outerHTML: '<svg></svg>' })",
    "display({ [DISPLAY]: async () => ({ 'text/html': '<b>3</b>' }) }); console.log('printed')",
    { source: "({ [DISPLAY]() { throw new Error('cannot show') } })", tags: ["raises-exception"] },
  ]);
  expect(outputs.slice(0, 3)).toEqual([["= <b>1</b>"], ["= <b>2</b>"], ["= <svg></svg>"]]);
  expect(outputs[3]).toEqual(["stdout: printed", "display: <b>3</b>"]);
  expect(outputs[4]).toEqual(["! Error: cannot show"]);
  expect(saved.cells[1].outputs[0].data["image/png"]).toBe("AQID");
});

test("an output can be replaced by its display_id, also from a later cell", async () => {
  const { outputs } = await runCells([
    "display('old', { display_id: 'chart' })",
    "display('new', { display_id: 'chart', update: true })",
    { source: "display(1, { update: true })", tags: ["raises-exception"] },
  ]);
  expect(outputs[0]).toEqual(["display: 'new'"]);
  expect(outputs[1]).toEqual([]);
  expect(outputs[2]?.[0]).toContain("Cannot update an output because no display_id names it");
});

test("what child processes print stands where it was printed", async () => {
  const { outputs } = await runCells([
    `import { spawnSync } from 'node:child_process'; import fs from 'node:fs';
const say = (text: string) => spawnSync(process.execPath, ['-e', \`console.log('\${text}')\`], { stdio: 'inherit' });
console.log('1'); say('2'); process.stdout.write('3\\n'); say('4'); fs.writeSync(1, '5\\n'); console.log('6')`,
  ]);
  expect(outputs).toEqual([["stdout: 1\n2\n3\n4\n5\n6"]]);
});

test("the session records the source of cells that succeeded, and which one runs", async () => {
  const { outputs } = await runCells([
    "const one: number = 1;",
    { source: "throw 1", tags: ["raises-exception"] },
    "const book = globalThis[Symbol.for('millrace.notebook')]; book.cells",
    "await null; [book.current.count, book.current.source.length, book.folder === process.cwd(), book.signal.aborted]",
  ]);
  expect(outputs[2]).toEqual(["= [ { count: 1, source: 'const one: number = 1;' } ]"]);
  expect(outputs[3]).toEqual(["= [ 4, 112, true, false ]"]);
});
