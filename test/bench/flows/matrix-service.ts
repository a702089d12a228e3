import { predict, serve, Service } from "millrace/serving";
import { z } from "zod";

const Row = z.object({ row: z.array(z.number()).length(64) });

/** The same weights as the peers have: whole numbers, so that every sum is exact. */
const FIRST = Float64Array.from({ length: 64 * 256 }, (_, at) => ((Math.floor(at / 256) * 7 + (at % 256) * 3) % 5) - 2);
const SECOND = Float64Array.from({ length: 256 * 10 }, (_, at) => ((Math.floor(at / 10) * 5 + (at % 10) * 11) % 7) - 3);

class MatrixService extends Service<unknown> {
  @predict({ input: Row, batch: { maxSize: 64 } })
  ask(rows: z.infer<typeof Row>[]): number[][] {
    return rows.map(({ row }) => [...product(rectified(product(Float64Array.from(row), FIRST)), SECOND)]);
  }
}

/** A row times a matrix whose rows lie one after the other. */
function product(row: Float64Array, matrix: Float64Array): Float64Array {
  const width = matrix.length / row.length;
  const sums = new Float64Array(width);
  for (let at = 0; at < row.length; at += 1) {
    const factor = row[at] ?? 0;
    for (let to = 0; to < width; to += 1) sums[to] = (sums[to] ?? 0) + factor * (matrix[at * width + to] ?? 0);
  }
  return sums;
}

function rectified(values: Float64Array): Float64Array {
  return values.map((value) => Math.max(value, 0));
}

serve(MatrixService);
