import type { StepReach } from "./step-reach.ts";

/** How what a step can reach differs from what it could reach. */
export interface ReachChanges {
  /** Pieces of its own code, as people call them. */
  readonly code: readonly string[];
  readonly packages: readonly PackageChange[];
}

/** Versions of a package; none where it was not used. Equal ones hold other files. */
export interface PackageChange {
  readonly name: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface CompareOptions {
  /** False where one side does not tell of packages. */
  readonly hasPackages: boolean;
}

export function compareReach(before: StepReach, after: StepReach, { hasPackages }: CompareOptions): ReachChanges {
  const code = namesOf(before.pieces, after.pieces).filter(
    (name) => before.pieces.get(name) !== after.pieces.get(name),
  );
  const packages = hasPackages ? comparePackages(before.packages, after.packages) : [];
  return { code, packages };
}

export function comparePackages(before: StepReach["packages"], after: StepReach["packages"]): PackageChange[] {
  const key = (side: StepReach["packages"], name: string) => JSON.stringify(side.get(name) ?? []);
  const versions = (side: StepReach["packages"], name: string) => [
    ...new Set((side.get(name) ?? []).map(({ version }) => version)),
  ];
  return namesOf(before, after)
    .filter((name) => key(before, name) !== key(after, name))
    .map((name) => ({ name, before: versions(before, name), after: versions(after, name) }));
}

/** `price-list 1.0.0 → 2.0.0` */
export function packageChangeText({ name, before, after }: PackageChange): string {
  if (before.length === 0) return `${name} ${after.join(", ")} (new)`;
  if (after.length === 0) return `${name} ${before.join(", ")} (gone)`;
  const [old, now] = [before.join(", "), after.join(", ")];
  return old === now ? `${name} ${now} (other files)` : `${name} ${old} → ${now}`;
}

function namesOf(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort();
}
