import { featureError } from "./feature-error.ts";
import type { AggregateSpec, ComputeSpec, ViewSpec } from "./view-spec.ts";

/** The aggregates that these features are, or are computed from. */
export function aggregatesFor(view: ViewSpec, names: readonly string[]): Map<string, AggregateSpec> {
  const aggregates = new Map<string, AggregateSpec>();
  for (const name of neededFor(view, names)) {
    const spec = view.features.get(name)!;
    if (spec.kind === "aggregate") aggregates.set(name, spec);
  }
  return aggregates;
}

/** The features that were asked for, those computed from others among them. */
export function withComputed(
  view: ViewSpec,
  names: readonly string[],
  { found: aggregates, length }: { readonly found: ReadonlyMap<string, readonly unknown[]>; readonly length: number },
): Map<string, readonly unknown[]> {
  const needed = neededFor(view, names);
  const found = new Map(aggregates);
  // Those that others are computed from stand before them.
  for (const [name, spec] of view.features)
    if (spec.kind === "compute" && needed.has(name))
      found.set(name, computed(spec, { found, length, title: `${view.name}.${name}` }));
  return new Map(names.map((name) => [name, found.get(name)!]));
}

function neededFor(view: ViewSpec, names: readonly string[]): Set<string> {
  const needed = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    const spec = view.features.get(name)!;
    if (spec.kind === "compute") for (const of of spec.of) open.push(of);
  }
  return needed;
}

interface ComputedFrom {
  readonly found: ReadonlyMap<string, readonly unknown[]>;
  readonly length: number;
  readonly title: string;
}

function computed(spec: ComputeSpec, { found, length, title }: ComputedFrom): unknown[] {
  const columns = spec.of.map((name) => found.get(name)!);
  const compute = spec.with as (...values: unknown[]) => unknown;
  return Array.from({ length }, (_, moment) => {
    const values = columns.map((column) => column[moment]);
    try {
      return compute(...values);
    } catch (error) {
      const given = spec.of.map((name, at) => `${name} = ${String(values[at])}`).join(", ");
      throw featureError(`${title} cannot be computed for row ${moment}: ${String(error)}`, {
        details: [`given: ${given}`],
        cause: error,
      });
    }
  });
}
