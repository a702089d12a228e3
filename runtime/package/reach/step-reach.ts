import { createHash } from "node:crypto";
import type { PackageRecord, PackageRoot, RecordedPackage } from "../../datastore/package-record.ts";
import { type FlowGraph, nodeOf, type StepNode } from "../../graph/flow-graph.ts";
import type { CodePackage } from "../code-package.ts";
import { packageName } from "../ship/locate-package.ts";
import { type CodeReach, codeReach } from "./code-reach.ts";

/** The code of a run, as it was when the run started. */
export interface ReachableCode {
  readonly code: CodePackage;
  readonly graph: FlowGraph;
  /** Null where no packages are used, or where it is not known. */
  readonly packages: PackageRecord | null;
}

/** All that a step can reach. */
export interface StepReach {
  /** Hash of each piece of its own code, by a name for people. */
  readonly pieces: ReadonlyMap<string, string>;
  /** Versions and hashes by name; of one name there may be several. */
  readonly packages: ReadonlyMap<string, readonly Pick<RecordedPackage, "version" | "hash">[]>;
}

/** Reads a run's code once; the function tells of each step what it can reach. */
export function stepReach({ code, graph, packages }: ReachableCode): (step: string) => StepReach {
  const { flow, parameters } = graph;
  const reachOf = codeReach(code, { flow, parameters, steps: graph.steps.map(({ name }) => name) });
  return (step) => {
    const own = reachOf(step);
    const roots = packages === null ? [] : rootsOf(own, { node: nodeOf(graph, step), code, roots: packages.roots });
    return { pieces: own.pieces, packages: packages === null ? new Map() : reached(packages, roots) };
  };
}

/** Stands for all that a step can reach. */
export function hashOfReach({ pieces, packages }: StepReach): string {
  const sorted = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([sorted(pieces), sorted(packages)]))
    .digest("hex");
}

function rootsOf(
  { externals, loads, isOpen }: CodeReach,
  of: { node: StepNode; code: CodePackage; roots: readonly PackageRoot[] },
): PackageRoot[] {
  const texts = new Set([...externals].map((at) => of.code.imports[at]?.specifier ?? ""));
  for (const { asked, texts: others } of loads) for (const text of [...asked, ...others]) texts.add(text);
  const { name, settings } = of.node;
  const own = of.roots.filter(({ step }) => step === name);
  const brought = new Set(Object.keys(settings.env?.packages ?? {}));
  const others = of.roots.filter(
    ({ text, step }) => step === undefined && (isOpen || texts.has(text)) && !brought.has(packageName(text) ?? ""),
  );
  return [...own, ...others];
}

function reached({ packages }: PackageRecord, roots: readonly PackageRoot[]): StepReach["packages"] {
  const indices = new Set(roots.flatMap((root) => root.packages));
  for (const index of indices) for (const used of packages[index]?.uses ?? []) indices.add(used);
  const byName = new Map<string, Pick<RecordedPackage, "version" | "hash">[]>();
  for (const index of [...indices].sort((a, b) => a - b)) {
    const found = packages[index];
    if (found === undefined) continue;
    const { name, version, hash } = found;
    byName.set(name, [...(byName.get(name) ?? []), { version, hash }]);
  }
  for (const all of byName.values()) all.sort((a, b) => (a.version + a.hash < b.version + b.hash ? -1 : 1));
  return byName;
}
