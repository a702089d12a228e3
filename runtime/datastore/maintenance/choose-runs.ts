import type { Datastore } from "../datastore.ts";
import { runFolder } from "../run-keys.ts";
import { type KeepRule, keptByRules } from "./keep-rule.ts";
import type { RunFacts } from "./run-facts.ts";

const DAY_MS = 24 * 3_600_000;

export interface ChooseRunsOptions {
  readonly runs: ReadonlyMap<string, RunFacts>;
  /** Without any every run is kept. */
  readonly rules: readonly KeepRule[];
  /** Rules are for the runs of this flow alone; of all where null. */
  readonly flow: string | null;
  readonly now: number;
}

export interface ChosenRuns {
  /** Why each record is kept, by its folder. */
  readonly kept: ReadonlyMap<string, readonly string[]>;
  /** What resumes a run comes before it. */
  readonly removed: readonly RunFacts[];
}

/** Decides which records stay: live ones, those that a rule keeps, and what these go on from. */
export function chooseRuns(store: Datastore, { runs, rules, flow, now }: ChooseRunsOptions): ChosenRuns {
  const kept = new Map<string, readonly string[]>();
  const ruled: RunFacts[] = [];
  for (const [folder, facts] of runs) {
    if (facts.isLive) kept.set(folder, ["live"]);
    else if (facts.root === "spins") {
      if (now - facts.lastSeenAt < DAY_MS) kept.set(folder, ["younger than a day"]);
    } else if (rules.length === 0) kept.set(folder, ["no rule"]);
    else if (flow !== null && facts.flow !== flow) kept.set(folder, ["another flow"]);
    else ruled.push(facts);
  }
  const all = [...runs.values()].filter((run) => run.root === "flows" && (flow === null || run.flow === flow));
  for (const [facts, by] of keptByRules(store, { runs: rules.length === 0 ? [] : all, rules, now })) {
    const folder = runFolder(facts);
    kept.set(folder, [...(kept.get(folder) ?? []), ...by]);
  }
  keepOrigins(runs, kept);
  return {
    kept,
    removed: resumesFirst(
      runs,
      [...runs.values()].filter((run) => !kept.has(runFolder(run))),
    ),
  };
}

/** The folder of the run that this one took over results from; of a spin that has ended none, as it has its own. */
function originFolder({ root, flow, document, isLive }: RunFacts): string | null {
  if (document.originRun === null || (root === "spins" && !isLive)) return null;
  return runFolder({ flow, run: document.originRun });
}

function keepOrigins(runs: ReadonlyMap<string, RunFacts>, kept: Map<string, readonly string[]>): void {
  for (const start of [...kept.keys()]) {
    let run = runs.get(start);
    for (let origin = run === undefined ? null : originFolder(run); origin !== null && !kept.has(origin);) {
      kept.set(origin, [`origin of ${run?.flow ?? ""}/${run?.run ?? ""}`]);
      run = runs.get(origin);
      origin = run === undefined ? null : originFolder(run);
    }
  }
}

/** Whoever resumes a run finds its origins there, as long as the run itself is. */
function resumesFirst(runs: ReadonlyMap<string, RunFacts>, removed: readonly RunFacts[]): RunFacts[] {
  const depths = new Map<RunFacts, number>();
  function depthOf(run: RunFacts): number {
    const known = depths.get(run);
    if (known !== undefined) return known;
    // Two records that name each other are nothing that Millrace writes: they must not keep us here.
    depths.set(run, 0);
    const folder = run.document.originRun === null ? null : runFolder({ flow: run.flow, run: run.document.originRun });
    const origin = folder === null ? undefined : runs.get(folder);
    const depth = origin === undefined ? 0 : depthOf(origin) + 1;
    depths.set(run, depth);
    return depth;
  }
  return [...removed].sort((a, b) => depthOf(b) - depthOf(a));
}
