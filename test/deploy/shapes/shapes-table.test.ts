import fs from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { TARGETS } from "../../../runtime/deploy/index.ts";
import type { Deployer, DeploymentPlan, DeployTarget } from "../../../runtime/deploy/deployer.ts";
import type { FlowGraph } from "../../../runtime/graph/flow-graph.ts";
import { SAMPLE_SHAPES } from "../../matrix/engines/sample.ts";
import { SHAPES } from "../../matrix/shapes/all.ts";
import { hasEmptyForeach } from "../../matrix/shapes/shape.ts";
import { millrace, ROOT } from "../../rigs/harness.ts";
import { graphOfShape } from "../graph-of.ts";
import { planOf } from "../plan-of.ts";
import { EXECUTED, type Executed } from "./executed.ts";
import { SHAPE_ROWS, type ShapeRow } from "./shape-rows.ts";
import { shapesIn } from "./shapes-in.ts";

const PAGE = fs.readFileSync(path.join(ROOT, "docs/production.md"), "utf8");
const ENV = {
  ...{ AWS_REGION: "eu-central-1", MILLRACE_BATCH_QUEUE: "jobs", MILLRACE_IMAGE: "registry.example/node:22" },
  MILLRACE_STEP_FUNCTIONS_ROLE: "arn:aws:iam::123456789012:role/states",
  MILLRACE_STEP_FUNCTIONS_EVENT_ROLE: "arn:aws:iam::123456789012:role/events",
};
const EVIDENCE: Readonly<Record<string, Executed>> = EXECUTED;
const ALL = TARGETS.map(({ name }) => name);
const executed = new Map<string, ReadonlySet<string>>();

beforeAll(async () => {
  const found = ALL.map(async (target) => [target, await executedOn(target)] as const);
  for (const [target, rows] of await Promise.all(found)) executed.set(target, rows);
});

test("the table of docs/production.md is what targets refuse and what suites execute", async () => {
  const deployers = new Map(
    await Promise.all(TARGETS.map(async (target) => [target, await target.load()] as [DeployTarget, Deployer])),
  );
  const made = SHAPE_ROWS.map((row) => [
    row.name,
    ...[...deployers].map(([target, deployer]) => cellOf(row, { target, deployer })),
  ]);
  expect(tableIn(PAGE)).toEqual(made);
});

test("each row's own flow is one of its shape", () => {
  const shown = SHAPE_ROWS.filter(({ graph, name }) => !shapesIn(graph).has(name)).map(({ name }) => name);
  // These show in data or around the graph.
  expect(shown).toEqual(["empty foreach", "`@onExit`", "`@schedule`", "`@trigger`", "`@triggerOnFinish`"]);
});

test.each(ALL)("what is said to be executed on %s is in suites that are there, and refused by nobody", (target) => {
  const { flows, seen } = evidenceOf(target);
  for (const [file, suite] of Object.entries(flows)) {
    const { name } = path.parse(file);
    const word = name === "flow" ? path.basename(path.dirname(file)) : name;
    // As a file or by its name, not as a part of another word.
    expect(textOf(suite), `${suite} runs ${file}`).toMatch(new RegExp(`["'\`/]${word}(\\.ts)?["'\`/]`));
  }
  const rows = SHAPE_ROWS.map(({ name }) => name);
  for (const [row, { suite, title }] of Object.entries(seen)) {
    expect(rows).toContain(row);
    expect(textOf(suite), `${suite} sees ${row}`).toContain(`"${title}"`);
  }
});

function cellOf(row: ShapeRow, { target, deployer }: { target: DeployTarget; deployer: Deployer }): string {
  const plan = planFor(row, target);
  const isExecuted = executed.get(target.name)?.has(row.name) ?? false;
  if (deployer.refusals(plan).length === 0) {
    expect(deployer.spec(plan).length, `${row.name} for ${target.name}`).toBeGreaterThan(0);
    return isExecuted ? "runs" : "validated";
  }
  expect(isExecuted, `${row.name} is refused by ${target.name} and executed there`).toBe(false);
  return "refused";
}

function planFor({ graph, triggers, hasExitHook = false }: ShapeRow, { name, engine }: DeployTarget): DeploymentPlan {
  const version = triggers === undefined ? {} : { triggers };
  const plan = planOf(graph, { target: name, engine, env: ENV, datastore: "s3://bucket/store", version });
  return hasExitHook ? { ...plan, release: { ...plan.release, exitHooks: ["success", "error"] } } : plan;
}

async function executedOn(target: string): Promise<ReadonlySet<string>> {
  const { samples, flows, seen } = evidenceOf(target);
  const shapes = target === "local" ? SHAPES : SAMPLE_SHAPES.filter(({ name }) => samples.includes(name));
  const generated = new Set(shapes.map(({ name }) => name));
  const others = samples.filter((name) => !generated.has(name)).map((name) => `test/matrix/flows/${name}.ts`);
  const graphs = [...shapes.map(graphOfShape), ...(await Promise.all([...others, ...Object.keys(flows)].map(graphIn)))];
  return new Set([
    ...graphs.flatMap((graph) => [...shapesIn(graph)]),
    ...(shapes.some(hasEmptyForeach) ? ["empty foreach"] : []),
    ...Object.keys(seen),
  ]);
}

function evidenceOf(target: string): Executed {
  const found = EVIDENCE[target];
  if (found === undefined) throw new Error(`executed.ts says nothing of ${target}`);
  return found;
}

async function graphIn(file: string): Promise<FlowGraph> {
  const { code, stdout, stderr } = await millrace(["show", path.join(ROOT, file), "--json"]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as FlowGraph;
}

function textOf(file: string): string {
  return fs.readFileSync(path.join(ROOT, file), "utf8");
}

/** The cells of the first table under its heading, without its two head lines. */
function tableIn(page: string): string[][] {
  const [, section = ""] = page.split("### Shapes by target\n");
  const [table = ""] = /^\|[^]*?(?=\n\n)/m.exec(section) ?? [];
  return table
    .split("\n")
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
