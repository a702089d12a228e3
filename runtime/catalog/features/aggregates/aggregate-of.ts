import { type NumberColumn, numberColumn } from "../number-column.ts";
import type { Column, SourceRows } from "../source-spec.ts";
import type { AggregateName, AggregateSpec } from "../view-spec.ts";
import type { Aggregate } from "./aggregate.ts";
import { DistinctAggregate } from "./distinct-aggregate.ts";
import { FirstAggregate, LastAggregate } from "./last-aggregate.ts";
import { ExtremeAggregate } from "./extreme-aggregate.ts";
import { QuantileAggregate } from "./quantile-aggregate.ts";
import { CountAggregate, SumAggregate } from "./sum-aggregate.ts";

export interface AggregateOver {
  readonly rows: SourceRows;
  /** When each row happened. */
  readonly event: Float64Array;
  readonly isText: boolean;
  /** As an error names it: `sum spend7d of spending`. */
  readonly use: string;
}

export function aggregateOf(spec: AggregateSpec, over: AggregateOver): Aggregate {
  const maker = MAKERS[spec.name];
  if (maker.of === "numbers") return maker.make(numbers(spec, over), spec);
  return maker.make(spec.column === null ? [] : values(spec, over), over);
}

/** Whether it reads its column as numbers; another one takes the values as they are. */
export function isOfNumbers(name: AggregateName): boolean {
  return MAKERS[name].of === "numbers";
}

type Maker =
  | { readonly of: "numbers"; make(column: NumberColumn, spec: AggregateSpec): Aggregate }
  | { readonly of: "values"; make(column: Column, over: AggregateOver): Aggregate };

const MAKERS: Readonly<Record<AggregateName, Maker>> = {
  count: { of: "values", make: () => new CountAggregate() },
  sum: { of: "numbers", make: (column) => new SumAggregate(column, { isMean: false }) },
  mean: { of: "numbers", make: (column) => new SumAggregate(column, { isMean: true }) },
  min: { of: "numbers", make: (column) => new ExtremeAggregate(column, { isLargest: false }) },
  max: { of: "numbers", make: (column) => new ExtremeAggregate(column, { isLargest: true }) },
  quantile: { of: "numbers", make: (column, spec) => new QuantileAggregate(column, spec.at!) },
  last: { of: "values", make: (column) => new LastAggregate(column) },
  first: { of: "values", make: (column, { event }) => new FirstAggregate({ column, event }) },
  distinct: { of: "values", make: (column) => new DistinctAggregate(column) },
};

function numbers(spec: AggregateSpec, { rows, isText, use }: AggregateOver) {
  return numberColumn(rows, { name: spec.column!, isText, use });
}

function values(spec: AggregateSpec, { rows }: AggregateOver) {
  return rows.columns.get(spec.column!)!;
}
