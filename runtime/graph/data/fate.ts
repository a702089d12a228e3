/** Where a field's value may come from at some point of the flow. */
export type Fate =
  | { readonly kind: "unset" }
  | { readonly kind: "set"; readonly step: string }
  /** The step's errors are caught, and it may fail before it sets the field. */
  | { readonly kind: "risky"; readonly step: string }
  /** Code whose effect the source does not tell may have set it, or carried it. */
  | { readonly kind: "open" }
  /** A join has not carried what the step set. */
  | { readonly kind: "lost"; readonly step: string; readonly join: string };

/** One fate for each path, by a text that tells them apart. */
export type FateSet = ReadonlyMap<string, Fate>;

/** What arrives at a step, by the step that it comes from. */
export type Arms = ReadonlyMap<string, FateSet>;

export const UNSET = fates({ kind: "unset" });
export const OPEN = fates({ kind: "open" });

export function fates(...all: readonly Fate[]): FateSet {
  return new Map(all.map((fate) => [keyOf(fate), fate]));
}

function keyOf(fate: Fate): string {
  if (fate.kind === "unset" || fate.kind === "open") return fate.kind;
  return fate.kind === "lost" ? `lost ${fate.step} ${fate.join}` : `${fate.kind} ${fate.step}`;
}

/** True where the field has a value, as far as anybody can tell. */
export function isLive({ kind }: Fate): boolean {
  return kind !== "lost" && kind !== "unset";
}

export function union(sets: Iterable<FateSet>): FateSet {
  const all = [...sets];
  const [only] = all;
  if (all.length === 1 && only !== undefined) return only;
  return new Map(all.flatMap((set) => [...set]));
}

/** After a merge: a value from whichever input has one. */
export function carriedFrom(arms: Arms): FateSet {
  const all = [...union(arms.values()).values()];
  const hasValue = [...arms.values()].some((set) => [...set.values()].every(isLive));
  return fates(...all.filter((fate) => isLive(fate) || !hasValue));
}

/** In a join, before anything is carried: values that arrive are lost. */
export function lostIn(join: string, arms: Arms): FateSet {
  const sets = [...arms.values()].map((set) => [...set.values()]);
  const lost = sets.flat().flatMap((fate): Fate[] => {
    if (fate.kind === "unset") return [];
    return fate.kind === "lost" || fate.kind === "open" ? [fate] : [{ kind: "lost", step: fate.step, join }];
  });
  const mayBeUnset = sets.every((set) => set.some(({ kind }) => kind === "unset"));
  return fates(...lost, ...(mayBeUnset ? [{ kind: "unset" } as const] : []));
}
