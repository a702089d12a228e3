import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { type FlowGraph, nodeOf } from "../../graph/flow-graph.ts";
import { comparePackages, compareReach, type ReachChanges } from "../../package/reach/compare-reach.ts";
import type { StepReach } from "../../package/reach/step-reach.ts";
import { type StoredReach, storedReach } from "./stored-reach.ts";

/** A step whose results were made by other code than it has now. */
export interface ChangedStep extends ReachChanges {
  readonly step: string;
}

export interface ChangedStepsOptions {
  readonly store: Datastore;
  readonly flow: string;
  /** The code as it is now. */
  readonly now: StoredReach;
  /** Runs whose results are reused, by step. */
  readonly reused: ReadonlyMap<string, ReadonlySet<string>>;
}

export interface ReuseChanges {
  readonly changed: readonly ChangedStep[];
  /** Steps of which a run that made a result has no readable code any more. */
  readonly unknown: readonly string[];
}

/** Compares what reused steps can reach now with what they could when their results were made. */
export function reusedThoughChanged({ store, flow, now, reused }: ChangedStepsOptions): ReuseChanges {
  const known = new Map<string, StoredReach | null>();
  const unknown: string[] = [];
  const changed = [...reused].flatMap(([step, runs]) => {
    const changes = [...runs].flatMap((run) => {
      if (!known.has(run)) known.set(run, reachOfRun(store, { flow, run }));
      const then = known.get(run) ?? null;
      const [before, after] = [then?.of(step), now.of(step)];
      if (then === null || before == null || after == null) {
        if (!unknown.includes(step)) unknown.push(step);
        return [];
      }
      const found = compareReach(before, after, { hasPackages: then.hasPackages });
      // What @env asks for is not installed yet.
      const asked = comparePackages(askedFor(then.graph, step), askedFor(now.graph, step));
      return [{ ...found, packages: [...found.packages, ...asked] }];
    });
    const code = [...new Set(changes.flatMap((one) => one.code))];
    const packages = [
      ...new Map(changes.flatMap((one) => one.packages.map((change) => [change.name, change]))).values(),
    ];
    return code.length + packages.length === 0 ? [] : [{ step, code, packages }];
  });
  return { changed, unknown };
}

/** What a step's `@env` asks for. */
function askedFor(graph: FlowGraph, step: string): StepReach["packages"] {
  const packages = Object.entries(nodeOf(graph, step).settings.env?.packages ?? {});
  return new Map(packages.map(([name, version]) => [name, [{ version, hash: "" }]]));
}

/** Null where the run was removed. */
function reachOfRun(store: Datastore, { flow, run }: { flow: string; run: string }): StoredReach | null {
  try {
    return storedReach(store, store.record(flow, run).document(), { isInstalledOnly: true });
  } catch (error) {
    if (isMillraceError(error)) return null;
    throw error;
  }
}
