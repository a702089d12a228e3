import { expect } from "vitest";
import { openDatastore } from "../../runtime/datastore/datastore.ts";
import { type Dialect, type GeneratedFlow, generateFlow } from "./flow/generated-flow.ts";
import { interpret } from "./interpret.ts";
import { observeByCli } from "./observe/cli.ts";
import type { Observer } from "./observe/observer.ts";
import { observeByReader } from "./observe/reader.ts";
import type { Shape } from "./shapes/shape.ts";
import type { Expected, Spec } from "./specs/spec.ts";

/** One generated flow of one shape that shows the truths of several specifications in one run. */
export interface Cell {
  readonly title: string;
  readonly shape: Shape;
  readonly dialect: Dialect;
  readonly specs: readonly Spec[];
  readonly args: readonly string[];
}

export interface RunCell {
  readonly expected: Expected;
  readonly observers: readonly Observer[];
}

export function expectedOf(shape: Shape): Expected {
  const tasks = interpret(shape);
  return { shape, tasks, byId: new Map(tasks.map((task) => [task.id, task])) };
}

/** Runs the cell's flow, which must succeed. */
export async function runCell({ shape, specs, dialect, args }: Cell): Promise<RunCell> {
  const flow = generateFlow({ shape, dialect, additions: specs.map(({ adds }) => adds) });
  const { code, stderr } = await flow.command(["run", ...args]);
  expect(code, stderr).toBe(0);
  return { expected: expectedOf(shape), observers: observersOf(flow) };
}

/** Both checkers, looking at the latest run of a flow. */
export function observersOf(flow: GeneratedFlow): Observer[] {
  const run = latestRun(flow);
  return [observeByCli(flow, run), observeByReader(flow, run)];
}

export function latestRun({ datastore, className }: Pick<GeneratedFlow, "datastore" | "className">): string {
  const run = openDatastore(datastore).runs(className).at(-1);
  if (run === undefined) throw new Error("no run was made");
  return run;
}
