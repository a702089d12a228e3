import type { Datastore } from "../datastore.ts";
import type { ArtifactRef, ArtifactTable } from "../records.ts";
import { codeFiles } from "./code-files.ts";
import { type CodeDiff, compareCode } from "./compare-code.ts";
import type { RunSummary, TaskSummary } from "./run-summary.ts";
import { stepRows } from "./step-rows.ts";

/** Two runs side by side; what is equal is left out, but for durations. */
export interface RunComparison {
  /** Parameters, included files and configuration. */
  readonly parameters: readonly ValueDifference[];
  readonly code: CodeDiff;
  /** Steps whose own source differs, in the order of the later run. */
  readonly reusedThoughChanged: readonly string[];
  readonly artifacts: readonly ArtifactDifference[];
  readonly steps: readonly StepComparison[];
}

/** A value that one run has otherwise than the other; null where it has none of that name. */
export interface ValueDifference {
  readonly name: string;
  readonly before: ArtifactRef | null;
  readonly after: ArtifactRef | null;
}

/** An artifact that differs, as one or several steps left it; with the values of the first task that differs. */
export interface ArtifactDifference extends ValueDifference {
  readonly steps: readonly string[];
  /** Tasks of the first of these steps that both runs have, and how many of them differ. */
  readonly tasks: number;
  readonly differing: number;
}

export interface StepComparison {
  readonly step: string;
  readonly before: StepCost | null;
  readonly after: StepCost | null;
}

export interface StepCost {
  readonly tasks: number;
  /** Null while nothing of it was executed. */
  readonly tookMs: number | null;
}

/** This many results are read together where each look is a request. */
const TASKS_AHEAD = 64;

/** How the second run differs from the first; artifacts are compared by hash, without loading them. */
export function compareRuns(store: Datastore, [a, b]: readonly [RunSummary, RunSummary]): RunComparison {
  const [own, other] = [a.document, b.document];
  const stepNames = new Set([...other.graph.steps, ...own.graph.steps].map(({ name }) => name));
  const codeOf = ({ document }: RunSummary) => codeFiles(store.blobs, document.code);
  return {
    parameters: differences({ ...own.configs, ...own.parameters }, { ...other.configs, ...other.parameters }),
    code: own.code === other.code ? compareCode({}, {}) : compareCode(codeOf(a), codeOf(b)),
    reusedThoughChanged: [...stepNames].filter((step) => own.stepCode[step] !== other.stepCode[step]),
    artifacts: merged([...stepNames].flatMap((step) => stepDifferences(store, { step, runs: [a, b] }))),
    steps: sideBySide([...stepNames], [costs(a), costs(b)]),
  };
}

function differences(before: ArtifactTable, after: ArtifactTable): ValueDifference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .map((name) => ({ name, before: refOf(before, name), after: refOf(after, name) }))
    .filter((one) => one.before?.hash !== one.after?.hash);
}

function refOf(table: ArtifactTable, name: string): ArtifactRef | null {
  return Object.hasOwn(table, name) ? (table[name] ?? null) : null;
}

/** Tasks are the same piece of work where step and path are the same. */
function stepDifferences(
  store: Datastore,
  { step, runs: [a, b] }: { step: string; runs: readonly [RunSummary, RunSummary] },
): ArtifactDifference[] {
  const byPath = new Map(finished(a, step).map((task) => [task.path, task]));
  const pairs = finished(b, step).flatMap((after): [TaskSummary, TaskSummary][] => {
    const before = byPath.get(after.path);
    return before === undefined ? [] : [[before, after]];
  });
  const found = new Map<string, { first: ValueDifference; count: number }>();
  for (const [at, [before, after]] of pairs.entries()) {
    if (at % TASKS_AHEAD === 0) announce(store, { pairs: pairs.slice(at, at + TASKS_AHEAD), runs: [a, b] });
    // What a resume took over is the very same result.
    if (before.result === after.result) continue;
    for (const one of differences(tableOf(store, { run: a, task: before }), tableOf(store, { run: b, task: after }))) {
      const known = found.get(one.name);
      if (known === undefined) found.set(one.name, { first: one, count: 1 });
      else known.count += 1;
    }
  }
  return [...found.values()].map(({ first, count }) => ({
    ...first,
    steps: [step],
    tasks: pairs.length,
    differing: count,
  }));
}

function announce(
  store: Datastore,
  { pairs, runs }: { pairs: readonly [TaskSummary, TaskSummary][]; runs: readonly [RunSummary, RunSummary] },
): void {
  for (const [at, { flow, run }] of runs.entries()) {
    store.record(flow, run).ahead(pairs.flatMap((pair) => pair[at]?.result ?? []));
  }
}

function tableOf(store: Datastore, { run, task }: { run: RunSummary; task: TaskSummary }): ArtifactTable {
  return task.result === null ? {} : store.record(run.flow, run.run).resultAt(task.result).artifacts;
}

function finished({ tasks }: RunSummary, step: string): TaskSummary[] {
  return tasks.filter((task) => task.step === step && task.result !== null);
}

/** An artifact passes from step to step: the same difference is told once. */
function merged(all: readonly ArtifactDifference[]): ArtifactDifference[] {
  const bySame = new Map<string, ArtifactDifference>();
  for (const one of all) {
    const key = [one.name, one.before?.hash, one.after?.hash, one.tasks === 1].join(" ");
    const known = one.tasks === 1 ? bySame.get(key) : undefined;
    if (known === undefined) bySame.set(one.tasks === 1 ? key : `${key} ${one.steps.join()}`, one);
    else bySame.set(key, { ...known, steps: [...known.steps, ...one.steps] });
  }
  return [...bySame.values()];
}

type Costs = ReadonlyMap<string, StepCost>;

function sideBySide(steps: readonly string[], [a, b]: readonly [Costs, Costs]): StepComparison[] {
  return steps.map((step) => ({ step, before: a.get(step) ?? null, after: b.get(step) ?? null }));
}

function costs(run: RunSummary): Costs {
  return new Map(stepRows(run).map(({ step, counts, tookMs }) => [step, { tasks: counts.total, tookMs }]));
}
