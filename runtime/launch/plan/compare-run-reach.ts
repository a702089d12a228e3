import type { Datastore } from "../../datastore/datastore.ts";
import type { RunDocument } from "../../datastore/records.ts";
import { compareReach, type PackageChange } from "../../package/reach/compare-reach.ts";
import type { StepReach } from "../../package/reach/step-reach.ts";
import type { ChangedStep } from "./reused-though-changed.ts";
import { type StoredReach, storedReach } from "./stored-reach.ts";

/** How what two runs could reach differs. */
export interface RunReachChanges {
  /** Steps that could reach other code, in the order of the later run. */
  readonly reusedThoughChanged: readonly string[];
  /** The same steps, with what of their code differs. */
  readonly byStep: readonly ChangedStep[];
  readonly packages: readonly StepPackageChange[];
}

export interface StepPackageChange extends PackageChange {
  /** Those that could reach it. */
  readonly steps: readonly string[];
}

/** Null where the code of one of them cannot be read any more. */
export function compareRunReach(
  store: Datastore,
  [before, after]: readonly [RunDocument, RunDocument],
): RunReachChanges | null {
  const [old, now] = [storedReach(store, before), storedReach(store, after)];
  if (old === null || now === null) return null;
  const names = [...new Set([...after.graph.steps, ...before.graph.steps].map(({ name }) => name))];
  const hasPackages = old.hasPackages && now.hasPackages;
  const packages = new Map<string, StepPackageChange>();
  const byStep = names.flatMap((step): ChangedStep[] => {
    const sides = [reachOf(old, step), reachOf(now, step)] as const;
    const found = compareReach(...sides, { hasPackages });
    for (const change of found.packages) {
      const steps = packages.get(change.name)?.steps ?? [];
      packages.set(change.name, { ...change, steps: [...steps, step] });
    }
    return found.code.length + found.packages.length > 0 ? [{ step, ...found }] : [];
  });
  return { reusedThoughChanged: byStep.map(({ step }) => step), byStep, packages: [...packages.values()] };
}

const NOTHING: StepReach = { pieces: new Map(), packages: new Map() };

function reachOf(run: StoredReach, step: string): StepReach {
  return run.of(step) ?? NOTHING;
}
