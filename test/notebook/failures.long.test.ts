import { expect, test } from "vitest";
import { runCells, type TestCell } from "./notebooks.ts";

/** A cell that fails, and the notebook goes on. */
function failing(source: string): TestCell {
  return { source, tags: ["raises-exception"] };
}

/** Enough for all other cells, on a busy machine too. */
const LIMIT_S = "2";

test("a traceback names cells and lines, of functions of other cells too", async () => {
  const { stderr, code, outputs } = await runCells([
    "type Row = { a: { b: number } | null };\n\nfunction parse(row: Row) {\n  return row.a!.b;\n}",
    "const rows: Row[] = [{ a: null }];\nrows\n  .map((row) => row)\n  .map((row) => parse(row));",
    "'never run'",
  ]);
  expect(code).toBe(1);
  expect(stderr).toContain(
    "Cannot finish book.ipynb because of cell 2, line 4: TypeError: Cannot read properties of null",
  );
  expect(stderr).toContain("at parse (cell 1, line 4)\n");
  expect(stderr).toContain("at cell 2, line 4\n");
  expect(stderr).toContain("> 4 |   return row.a!.b;\n");
  expect(stderr).not.toMatch(/notebook-session|node:internal/);
  expect(outputs[2]).toEqual([]);
});

test("an error of an imported TypeScript module names its line", async () => {
  const { stderr } = await runCells(["import { fail } from './lib.ts';\nfail()"], {
    files: {
      "lib.ts":
        "interface Unused {\n  a: 1;\n}\nexport function fail(): never {\n  throw new Error('in the library');\n}\n",
    },
  });
  expect(stderr).toMatch(/at (Module\.)?fail \(.*lib\.ts:5:\d+\)/);
  expect(stderr).toContain("because of cell 1, line 2: Error: in the library");
});

test("a syntax error shows its place and runs nothing of the cell", async () => {
  const { stderr, code, outputs } = await runCells(["console.log('not printed');\nconst y = ;"]);
  expect(code).toBe(1);
  expect(stderr).toContain('because of cell 1, line 2: SyntaxError: Unexpected ";"');
  expect(stderr).toContain("  > 2 | const y = ;\n      |           ^\n");
  expect(outputs).toEqual([['! SyntaxError: Unexpected ";"']]);
});

test("a session survives all that a cell can throw, and keeps its variables", async () => {
  const { outputs, code } = await runCells([
    "const kept = 'kept';",
    failing("throw 'text'"),
    failing("throw null"),
    failing("throw { code: 1 }"),
    failing("class Mine extends Error {}; throw new Mine('own class')"),
    failing("Promise.reject(new Error('nobody handles it')); 1"),
    failing("setTimeout(() => { throw new Error('in a timer'); }, 1); await new Promise(() => {})"),
    failing("process.exit(3)"),
    failing("process.stdin.on('data', () => {}); await new Promise(() => {})"),
    failing("return 5"),
    failing("const broken = missing + 1;"),
    failing("broken"),
    "kept",
  ]);
  expect(outputs.slice(1, 8).map((cell) => cell.at(-1))).toEqual([
    "! Thrown: 'text'",
    "! Thrown: null",
    "! Thrown: { code: 1 }",
    "! Mine: own class",
    "! Error: nobody handles it",
    "! Error: in a timer",
    "! ProcessExit: process.exit(3) was called; the session and its variables stay",
  ]);
  expect(outputs[8]?.[0]).toContain("Cannot read from stdin because a notebook's cells have no terminal");
  expect(outputs[9]).toEqual(["! SyntaxError: 'return' outside of function"]);
  expect(outputs[11]).toEqual(["! ReferenceError: broken is not set: the line that declares it has not run"]);
  expect(outputs[12]).toEqual(["= 'kept'"]);
  expect(code).toBe(0);
});

test.each([
  ["a loop", "for (;;);"],
  ["a loop behind an await", "await new Promise((resolve) => setTimeout(resolve, 5));\nfor (;;);"],
  ["a loop in an async function", "async function f() { await 1; for (;;) Math.random(); }\nawait f()"],
  ["a loop in a timer", "setTimeout(() => { for (;;); }, 1); await new Promise(() => {})"],
  ["awaits without end", "for (;;) await 1"],
  ["a promise that never settles", "await new Promise(() => {})"],
  ["a loop in finally", "try { for (;;); } finally { for (;;) {} }"],
  ["endless printing", "for (let i = 0; ; i++) console.log(i)"],
])("a cell that never ends is stopped and its session lives on: %s", async (_name, source) => {
  const { outputs } = await runCells(["const kept = 1;", failing(source), "kept"], { args: ["--timeout", LIMIT_S] });
  expect(outputs[1]?.at(-1)).toBe("! Interrupted: the cell was interrupted");
  expect(outputs[2]).toEqual(["= 1"]);
});

/** Never comes back from where Node reads messages: what it drops there is the interrupt's own. */
const STUCK_IN_MESSAGES = `import { createHook, executionAsyncResource } from "node:async_hooks"; const kept = 1; let isFirst = true;
createHook({ before() { if (isFirst && executionAsyncResource().constructor.name === "Pipe") { isFirst = false; for (;;); } } }).enable();
await new Promise(() => {})`;

test("an interrupt is not lost where the message that asks for it is dropped", async () => {
  const { outputs } = await runCells([failing(STUCK_IN_MESSAGES), "kept"], { args: ["--timeout", LIMIT_S] });
  expect(outputs).toEqual([["! Interrupted: the cell was interrupted"], ["= 1"]]);
});

test("what a later cell prints is shown, wherever printing was interrupted", async () => {
  const endless = failing("for (let i = 0; ; i++) console.log(i)");
  const { outputs } = await runCells([endless, endless, endless, "console.log('later')"], { args: ["--timeout", "1"] });
  expect(outputs[3]).toEqual(["stdout: later"]);
});

test("a cell that takes too long ends the run with its place", async () => {
  const { code, stderr } = await runCells(["const one = 1;\n\nfor (;;);"], { args: ["--timeout", LIMIT_S] });
  expect(code).toBe(1);
  expect(stderr).toContain(`because of cell 1, line 3: it took longer than ${LIMIT_S} s`);
});

test("code that cannot be stopped loses its process, and the next cell a new one", async () => {
  const { outputs } = await runCells(
    [
      "const kept = 1;",
      failing("import { execFileSync } from 'node:child_process'; execFileSync('sleep', ['60'])"),
      "typeof kept",
    ],
    { args: ["--timeout", LIMIT_S] },
  );
  expect(outputs[1]?.at(-1)).toMatch(/^! SessionEnded: .* it did not react to the interrupt; all variables are lost/);
  expect(outputs[2]).toEqual(["= 'undefined'"]);
});

test("a cell that kills its process is told so, with all that it printed", async () => {
  const { outputs } = await runCells([failing("console.log('last words'); process.kill(process.pid, 'SIGKILL')"), "1"]);
  expect(outputs[0]).toEqual(["stdout: last words", expect.stringMatching(/^! SessionEnded: .*signal SIGKILL/)]);
  expect(outputs[1]).toEqual(["= 1"]);
});

test("ten megabytes of output arrive whole and in order", async () => {
  const { outputs } = await runCells([
    "for (let i = 0; i < 100_000; i++) (i % 2 ? console.log : console.error)(String(i).padStart(99, '.'))",
    "console.log('x'.repeat(10_000_000))",
  ]);
  expect(outputs[0]).toHaveLength(100_000);
  expect(outputs[0]?.every((text, index) => text.endsWith(`.${index}`))).toBe(true);
  expect(outputs[1]?.[0]).toHaveLength("stdout: ".length + 10_000_000);
});
