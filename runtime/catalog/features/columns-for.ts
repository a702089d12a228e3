import type { SourceColumns } from "./source-spec.ts";
import type { AggregateSpec, ViewSpec } from "./view-spec.ts";

/** The columns that a source has to give for these aggregates. */
export function columnsFor(
  { source, entity }: Pick<ViewSpec, "source" | "entity">,
  aggregates: ReadonlyMap<string, AggregateSpec>,
): SourceColumns {
  const clocks = source.created === null ? [source.event] : [source.event, source.created];
  const values = [...aggregates.values()].flatMap(({ column }) => (column === null ? [] : [column]));
  return { values: [...new Set([...entity.keys.keys(), ...values])], clocks };
}
