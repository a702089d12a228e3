import type { Datastore } from "../../datastore/datastore.ts";
import type { PackageRecord } from "../../datastore/package-record.ts";
import type { RunDocument } from "../../datastore/records.ts";
import type { FlowGraph } from "../../graph/flow-graph.ts";
import type { CodePackage } from "../../package/code-package.ts";
import { readCodePackage } from "../../package/read-code-package.ts";
import { mayLoadPackages } from "../../package/reach/may-load-packages.ts";
import { type ReachableCode, stepReach, type StepReach } from "../../package/reach/step-reach.ts";

/** What the steps of a run could reach. */
export interface StoredReach {
  /** Null for a step that it does not have. */
  of(step: string): StepReach | null;
  /** False where packages are not known: the run came to its end too soon, or an older Millrace made it. */
  readonly hasPackages: boolean;
  readonly graph: FlowGraph;
}

export interface StoredReachOptions {
  /** Leaves out the packages that `@env` installed. */
  readonly isInstalledOnly?: boolean;
}

/** Reads the code of a recorded run; null if it is gone or damaged. */
export function storedReach(
  store: Datastore,
  document: RunDocument,
  { isInstalledOnly = false }: StoredReachOptions = {},
): StoredReach | null {
  try {
    const code = readCodePackage(store.blobs, document.code);
    const known = packagesOf(store, { document, code });
    const packages = known !== undefined && isInstalledOnly ? withoutEnvironments(known) : (known ?? null);
    return reachIn({ code, packages, graph: document.graph }, { hasPackages: known !== undefined });
  } catch {
    // What changed since is a help for people: no reason not to go on.
    return null;
  }
}

export function reachIn(run: ReachableCode, { hasPackages }: Pick<StoredReach, "hasPackages">): StoredReach {
  const reachOf = stepReach(run);
  const names = new Set(run.graph.steps.map(({ name }) => name));
  return { of: (step) => (names.has(step) ? reachOf(step) : null), graph: run.graph, hasPackages };
}

/** Null where the code can load none, undefined where they are not known. */
function packagesOf(
  store: Datastore,
  { document, code }: { document: RunDocument; code: CodePackage },
): PackageRecord | null | undefined {
  const { flow, run, environments } = document;
  if (Object.keys(environments).length === 0 && !mayLoadPackages(code)) return null;
  try {
    return store.record(flow, run).packages() ?? undefined;
  } catch {
    return undefined;
  }
}

function withoutEnvironments(packages: PackageRecord | null): PackageRecord | null {
  if (packages === null) return null;
  return { ...packages, roots: packages.roots.filter(({ step }) => step === undefined) };
}
