import { numberColumn } from "../number-column.ts";
import type { SourceRows } from "../source-spec.ts";
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
  return MAKERS[spec.name](spec, over);
}

const MAKERS: Readonly<Record<AggregateName, (spec: AggregateSpec, over: AggregateOver) => Aggregate>> = {
  count: () => new CountAggregate(),
  sum: (spec, over) => new SumAggregate(numbers(spec, over), { isMean: false }),
  mean: (spec, over) => new SumAggregate(numbers(spec, over), { isMean: true }),
  min: (spec, over) => new ExtremeAggregate(numbers(spec, over), { isLargest: false }),
  max: (spec, over) => new ExtremeAggregate(numbers(spec, over), { isLargest: true }),
  quantile: (spec, over) => new QuantileAggregate(numbers(spec, over), spec.at!),
  last: (spec, over) => new LastAggregate(values(spec, over)),
  first: (spec, over) => new FirstAggregate({ column: values(spec, over), event: over.event }),
  distinct: (spec, over) => new DistinctAggregate(values(spec, over)),
};

function numbers(spec: AggregateSpec, { rows, isText, use }: AggregateOver) {
  return numberColumn(rows, { name: spec.column!, isText, use });
}

function values(spec: AggregateSpec, { rows }: AggregateOver) {
  return rows.columns.get(spec.column!)!;
}
