import { MillraceError } from "../../sdk/base/millrace-error.ts";
import type { MergeOptions } from "../../sdk/base/host.ts";
import { type ArtifactRef, type ResultLocator, parseLocator } from "../datastore/records.ts";
import type { Fields } from "./fields.ts";
import { droppedBy } from "./dropped-by.ts";
import type { LoadedFlow } from "./load-flow.ts";
import { TaskNamer } from "./task-namer.ts";

export interface MergeRequest {
  readonly fields: Fields;
  readonly flow: LoadedFlow;
  readonly locators: readonly ResultLocator[];
  readonly options: MergeOptions;
  /** The step that merges. */
  readonly join: string;
}

/** `mergeArtifacts`: carries what all inputs agree on, by hash; on any conflict nothing is set. */
export function mergeArtifacts({ fields, flow, locators, options, join }: MergeRequest): void {
  const { include, exclude } = options;
  if (include !== undefined && exclude !== undefined) throw bothGiven();
  const merged = new Map<string, ArtifactRef>();
  const conflicts = new Map<string, ResultLocator>();
  for (const locator of locators) {
    for (const [name, ref] of Object.entries(flow.resultAt(locator).artifacts)) {
      if (fields.isParameter(name) || fields.isAssigned(name)) continue;
      if (include !== undefined ? !include.includes(name) : exclude?.includes(name) === true) continue;
      const known = merged.get(name);
      if (known === undefined) merged.set(name, ref);
      else if (known.hash !== ref.hash && !conflicts.has(name)) conflicts.set(name, locator);
    }
  }
  if (conflicts.size > 0) throw conflicting(conflicts, { first: locators[0] ?? "", flow });
  // Of a foreach over nothing there are no inputs, and so nothing to find.
  const wanted = locators.length === 0 ? undefined : include;
  const missing = wanted?.filter((name) => !merged.has(name) && !fields.isAssigned(name) && !fields.isParameter(name));
  if (missing !== undefined && missing.length > 0) throw notThere(missing, { flow, locators, join });
  fields.lay(Object.fromEntries(merged));
}

function bothGiven(): MillraceError {
  return new MillraceError({
    code: "MILLRACE_MERGE",
    headline: "Cannot merge artifacts because both include and exclude are given",
    hint: "name the ones to carry (include) or the ones to leave (exclude), not both",
  });
}

function conflicting(
  conflicts: ReadonlyMap<string, ResultLocator>,
  { first, flow }: { first: ResultLocator; flow: LoadedFlow },
): MillraceError {
  const namer = new TaskNamer(flow);
  const names = [...conflicts.keys()];
  return new MillraceError({
    code: "MILLRACE_MERGE_CONFLICT",
    headline: `Cannot merge artifacts because the inputs differ on ${names.join(", ")}`,
    details: [...conflicts].map(
      ([name, other]) => `${name}: ${namer.nameOf(first)} and ${namer.nameOf(other)} have different values`,
    ),
    hint: `set ${names.map((name) => `this.${name}`).join(", ")} before the merge, or leave them out: { exclude: ${JSON.stringify(names)} }`,
  });
}

function notThere(
  names: readonly string[],
  { flow, locators, join }: Pick<MergeRequest, "flow" | "locators" | "join">,
): MillraceError {
  const inputs = [...new Set(locators.map((locator) => parseLocator(locator).step))];
  const { graph } = flow.document;
  const dropped = names.flatMap((name) => {
    const inner = droppedBy(graph, name, { join, inputs });
    return inner === null ? [] : [{ name, inner }];
  });
  const [first] = dropped;
  return new MillraceError({
    code: "MILLRACE_MERGE",
    headline: `Cannot merge ${names.join(", ")} because no input has such an artifact`,
    details: dropped.map(({ name, inner }) => `${name}: the inner join ${inner} does not carry it`),
    hint:
      first === undefined
        ? "check the spelling in include"
        : `add this.mergeArtifacts(inputs, { include: ["${first.name}"] }) to ${first.inner}, or set this.${first.name} there`,
  });
}
