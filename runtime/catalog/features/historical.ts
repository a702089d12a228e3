import { featureError } from "./feature-error.ts";
import { pointInTime, type Moments } from "./point-in-time.ts";
import type { SourceRows } from "./source-spec.ts";
import type { AggregateSpec, ComputeSpec, ViewSpec } from "./view-spec.ts";
import { nearest } from "../../../sdk/base/nearest.ts";

/**
 * The values of some features of a view, one a moment.
 *
 * @param names - of features of the view
 * @throws MillraceError for a source that has not what is needed, or a value that cannot be used
 */
export async function historical(
  view: ViewSpec,
  names: readonly string[],
  moments: Moments,
): Promise<Map<string, readonly unknown[]>> {
  const needed = neededFor(view, names);
  const aggregates = new Map<string, AggregateSpec>();
  for (const name of needed) {
    const spec = view.features.get(name)!;
    if (spec.kind === "aggregate") aggregates.set(name, spec);
  }
  const rows = await rowsFor(view, aggregates);
  const found: Map<string, readonly unknown[]> = pointInTime(view, aggregates, { rows, moments });
  // Those that others are computed from stand before them.
  for (const [name, spec] of view.features)
    if (spec.kind === "compute" && needed.has(name))
      found.set(name, computed(spec, { found, length: moments.keys.length, title: `${view.name}.${name}` }));
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

async function rowsFor(view: ViewSpec, aggregates: ReadonlyMap<string, AggregateSpec>): Promise<SourceRows> {
  const { source, entity } = view;
  const clocks = source.created === null ? [source.event] : [source.event, source.created];
  const values = [...aggregates.values()].flatMap(({ column }) => (column === null ? [] : [column]));
  const columns = [...new Set([...entity.keys.keys(), ...values])];
  const rows = await source.read({ values: columns, clocks });
  const missing =
    columns.find((name) => !rows.columns.has(name)) ??
    clocks.find((name) => !rows.columns.has(name) && rows.instants?.has(name) !== true);
  if (missing === undefined) return rows;
  const near = nearest(missing, rows.names);
  throw featureError(`${source.title} has no column ${missing}, which ${view.name} needs`, {
    details: [`it has: ${rows.names.join(", ")}`],
    ...(near === null ? {} : { hint: `did you mean ${near}?` }),
  });
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
