import type { Attributes } from "./attributes.ts";

/**
 * How alike every film is to the liked ones: the cosine between their categories, where a rare one (a director) counts
 * more than a frequent one (drama), by the logarithm of its inverse frequency.
 */
export function closenessTo(liked: readonly number[], { columns, rows }: Attributes): Float64Array {
  const weights = columns.map((column) => (column.kind === "category" ? Math.log(rows.length / column.films) : 0));
  const taste = new Float64Array(columns.length);
  for (const film of liked) {
    const row = rows[film] ?? [];
    const length = lengthOf(row, weights);
    for (const [column] of row) taste[column] = (taste[column] ?? 0) + (weights[column] ?? 0) / length;
  }
  const tasteLength = Math.hypot(...taste) || 1;
  return Float64Array.from(rows, (row) => {
    const product = row.reduce((sum, [column]) => sum + (taste[column] ?? 0) * (weights[column] ?? 0), 0);
    return product / (lengthOf(row, weights) * tasteLength);
  });
}

function lengthOf(row: Attributes["rows"][number], weights: readonly number[]): number {
  return Math.hypot(...row.map(([column]) => weights[column] ?? 0)) || 1;
}
