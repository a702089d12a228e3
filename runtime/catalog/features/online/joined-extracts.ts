import { NO_KEY } from "../key-index.ts";
import type { KeyedSource } from "../keyed-source.ts";
import type { Column } from "../source-spec.ts";
import type { AggregateSpec } from "../view-spec.ts";
import type { Extract } from "./extract.ts";

/** Rows of several parts, one after the other, with their keys numbered over all of them. */
export interface JoinedExtracts {
  readonly source: KeyedSource;
  /** By number. */
  readonly keys: readonly string[];
}

export function joinedExtracts(
  extracts: readonly Extract[],
  aggregates: ReadonlyMap<string, AggregateSpec>,
): JoinedExtracts {
  const length = extracts.reduce((sum, extract) => sum + extract.length, 0);
  const names = [...new Set(extracts.flatMap((extract) => extract.names))];
  const numbers = new Map<string, number>();
  const ids = new Int32Array(length);
  let at = 0;
  for (const extract of extracts) {
    const numberOf = Int32Array.from(extract.keys, (key) => {
      const known = numbers.get(key);
      if (known !== undefined) return known;
      numbers.set(key, numbers.size);
      return numbers.size - 1;
    });
    for (const id of extract.ids) ids[at++] = id === NO_KEY ? NO_KEY : numberOf[id]!;
  }
  const event = joinedNumbers(extracts.map((extract) => extract.event));
  const hasCreated = extracts.some((extract) => extract.created !== extract.event);
  const created = hasCreated ? joinedNumbers(extracts.map((extract) => extract.created)) : event;
  const used = new Set([...aggregates.values()].flatMap(({ column }) => (column === null ? [] : [column])));
  const columns = new Map([...used].map((name) => [name, joinedColumn(extracts, { name, length })]));
  const rows = { length, columns, names, where: (row: number) => `row ${row}` };
  return { source: { rows, clocks: { event, created }, keys: ids }, keys: [...numbers.keys()] };
}

function joinedNumbers(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function joinedColumn(
  extracts: readonly Extract[],
  { name, length }: { readonly name: string; readonly length: number },
): Column {
  const parts = extracts.map((extract) => extract.columns.get(name));
  if (parts.every((part) => part instanceof Float64Array)) return joinedNumbers(parts);
  const whole = new Array<unknown>(length);
  let at = 0;
  for (const [number, part] of parts.entries()) {
    const rows = extracts[number]!.length;
    for (let row = 0; row < rows; row += 1) whole[at + row] = part?.[row];
    at += rows;
  }
  return whole;
}
