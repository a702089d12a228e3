import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../rigs/harness.ts";
import { readPage } from "./pages.ts";
import { problemsOf } from "./type-check.ts";

const PAGE = readPage("docs/coming-from-metaflow.md");

/** What the rows may use without saying where it comes from. */
const GIVEN = `
  import { batch, catchError, checkpoint, config, current, env, FlowSpec, includeFile, onExit, parameter, project, resources, retry, secrets, step, timeout, type Inputs } from "millrace";
  import { Flow, namespace, Run, Task } from "millrace/client";
  import { Runner } from "millrace/runner";

  class TrainFlow extends FlowSpec {
    @parameter() lr = 0.1;
    x!: number;
    size!: "s" | "l";
    shards!: number[];
    train(shard: number): void { void shard; }
    gang(): void {}
    a(): void {}
    b(): void {}
    end(): void {}
  }
`;

/** A module of a row's code, by the heading that its table is under; `page-commands.test.ts` looks at the commands. */
const MODULES: Readonly<Record<string, (code: string) => string>> = {
  "Fields of the class": (code) => `class Example extends FlowSpec { ${code} }`,
  "In a step": (code) => `class Example extends TrainFlow { step(inputs: Inputs<TrainFlow>): void { ${code} } }`,
  Decorators: (code) =>
    /project|onExit/.test(code)
      ? `${code} class Example extends TrainFlow {}`
      : `class Example extends TrainFlow { ${code} @step start() { this.next(this.end); } }`,
  "The client": (code) => {
    const flow = code.includes("const flow") ? "" : "declare const flow: Flow<TrainFlow>;";
    const run = code.includes("const run") ? "" : "declare const run: Run<TrainFlow>;";
    return `${flow} ${run} declare const task: Task<TrainFlow>; ${code}`;
  },
};

interface Row {
  readonly heading: string;
  readonly metaflow: string;
  /** What the row's right side has in backticks and ends like a statement or a decorator. */
  readonly code: string;
}

const ROWS: readonly Row[] = PAGE.text.split(/^## /m).flatMap((section) => {
  const heading = section.slice(0, section.indexOf("\n"));
  const lines = section.split("\n").filter((line) => /^\| [^-]/.test(line));
  return lines.slice(1).map((line) => {
    const [metaflow = "", millrace = ""] = line.slice(1, -1).split(" | ");
    const snippets = [...millrace.matchAll(/`([^`]+)`/g)].map(([, snippet = ""]) => snippet);
    return { heading, metaflow, code: snippets.filter((snippet) => /^@|^npx|;$/.test(snippet)).join("\n") };
  });
});

test("the TypeScript of every move compiles", () => {
  const modules = ROWS.flatMap(({ heading, code }, at): [string, string][] => {
    const module = MODULES[heading]?.(code);
    return module === undefined
      ? []
      : [[path.join(ROOT, "docs", `move-${at}.ts`), `${GIVEN}\n${module}\nexport {};\n`]];
  });
  expect(modules.length).toBeGreaterThan(30);
  expect(problemsOf(modules)).toEqual([]);
});

test("every table is under a heading that is known here", () => {
  const headings = new Set(ROWS.map(({ heading }) => heading));
  expect([...headings].sort()).toEqual([...Object.keys(MODULES), "On the command line"].sort());
});

test("the page has the twenty commonest moves and more, no row without code on both sides", () => {
  expect(ROWS.length).toBeGreaterThan(20);
  expect(ROWS.filter(({ metaflow, code }) => !metaflow.includes("`") || code === "")).toEqual([]);
});
