import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../rigs/harness.ts";
import { problemsOf } from "./type-check.ts";

const FOLDER = "sdk/client";

/** What examples may use without saying where it comes from. */
const MODULES: Readonly<Record<string, readonly string[]>> = {
  [path.join(ROOT, "sdk/index.ts")]: ["FlowSpec"],
  [path.join(ROOT, "sdk/client/index.ts")]: ["Flow", "Run", "Step", "Task", "Artifact", "namespace"],
};

/** The flow that examples look at. */
const FLOW = `
  interface Model { readonly weights: readonly number[]; readonly score: number }
  interface RecSysFlow extends FlowSpec {
    factors: number; ratings: readonly number[]; model: Model; score: number;
    start(): void; fitA(): void; fitB(): void; end(): void;
  }
  declare const RecSysFlow: new () => RecSysFlow;
`;

test("the examples in the client's documentation are right", () => {
  const examples = examplesIn(FOLDER);
  expect(examples.length).toBeGreaterThan(15);
  expect(problemsOf(examples.map(({ name, code }) => [name, moduleOf(code)]))).toEqual([]);
});

test("every class and function that the client exports has an example", () => {
  const missing = filesOf(FOLDER).flatMap((file) => {
    const source = fs.readFileSync(path.join(ROOT, file), "utf8");
    const declared = source.matchAll(/(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\s*export (?:class|function) (\w+)/g);
    return [...declared].flatMap(([, doc = "", name = ""]) =>
      EXPORTED.has(name) && !doc.includes("@example") ? name : [],
    );
  });
  expect(missing).toEqual([]);
});

const EXPORTED = new Set([
  "Flow",
  "Run",
  "Step",
  "Task",
  "Artifact",
  "Attempt",
  "TaskLogs",
  "RunCode",
  "Listing",
  "namespace",
]);

interface Example {
  readonly name: string;
  readonly code: string;
}

function filesOf(folder: string): string[] {
  const names = fs.readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".ts")).map((name) => `${folder}/${name}`);
}

function examplesIn(folder: string): Example[] {
  return filesOf(folder).flatMap((file) => {
    const source = fs.readFileSync(path.join(ROOT, file), "utf8");
    return [...source.matchAll(/@example\s*\n\s*\* ```ts\n([\s\S]*?)\n\s*\* ```/g)].map(([, text = ""], at) => ({
      name: path.join(ROOT, `${file}.example-${at}.ts`),
      code: text.replaceAll(/^ *\* ?/gm, ""),
    }));
  });
}

function moduleOf(code: string): string {
  const own = code.replaceAll(
    'from "millrace/client"',
    `from ${JSON.stringify(path.join(ROOT, "sdk/client/index.ts"))}`,
  );
  const imported = [...code.matchAll(/import \{([^}]*)\}/g)].flatMap(([, names = ""]) =>
    names.split(",").map((name) => name.trim()),
  );
  const given = Object.entries(MODULES).map(([file, names]) => {
    const wanted = names.filter((name) => !imported.includes(name));
    return `import { ${wanted.join(", ")} } from ${JSON.stringify(file)};`;
  });
  return `${given.join("\n")}\n${FLOW}\n${own}\nexport {};\n`;
}
