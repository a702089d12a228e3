import { CholeskyDecomposition, Matrix } from "ml-matrix";
import type { Attributes } from "./attributes.ts";
import { seededRandom } from "./random.ts";
import { raters, type Ratings } from "./ratings.ts";

type Cells = [other: number, value: number, weight: number][][];

/**
 * Model B: the table of films by (ratings and attributes) as a product of two thin matrices, found by alternating
 * least squares over the known cells. A film's place is thus drawn from its attributes and from its other rating.
 *
 * @returns predictions film by film, one number per rater, in standard deviations.
 */
export function fitFactorModel(
  ratings: Ratings,
  attributes: Attributes,
  options: { factors: number; ridge: number; sweeps: number; attributeWeight: number; seed: number },
): Float64Array {
  const { factors } = options;
  const byFilm = knownCells(ratings, attributes, options.attributeWeight);
  const byColumn = transpose(byFilm, raters.length + attributes.columns.length);
  const random = seededRandom(options.seed);
  const columnVectors = Float64Array.from({ length: byColumn.length * factors }, () => random() - 0.5);
  const filmVectors = new Float64Array(byFilm.length * factors);
  for (let sweep = 0; sweep < options.sweeps; sweep++) {
    solveSide(filmVectors, byFilm, { fixed: columnVectors, factors, ridge: options.ridge });
    solveSide(columnVectors, byColumn, { fixed: filmVectors, factors, ridge: options.ridge });
  }
  solveSide(filmVectors, byFilm, { fixed: columnVectors, factors, ridge: options.ridge });
  return predictAll(filmVectors, columnVectors, factors);
}

function knownCells({ train }: Ratings, attributes: Attributes, attributeWeight: number): Cells {
  const cells: Cells = attributes.rows.map((row) => row.map(([c, x]) => [c + raters.length, x, attributeWeight]));
  train.score.forEach((score, i) => cells[train.film[i] ?? 0]?.push([train.rater[i] ?? 0, score, 1]));
  return cells;
}

function transpose(cells: Cells, width: number): Cells {
  const turned: Cells = Array.from({ length: width }, () => []);
  cells.forEach((row, film) => {
    for (const [column, value, weight] of row) turned[column]?.push([film, value, weight]);
  });
  return turned;
}

function solveSide(
  vectors: Float64Array,
  cells: Cells,
  options: { fixed: Float64Array; factors: number; ridge: number },
): void {
  const { fixed, factors, ridge } = options;
  cells.forEach((row, index) => {
    const gram = Matrix.eye(factors, factors, ridge);
    const target = Matrix.zeros(factors, 1);
    for (const [other, value, weight] of row) {
      for (let a = 0; a < factors; a++) {
        const x = weight * (fixed[other * factors + a] ?? 0);
        target.set(a, 0, target.get(a, 0) + x * value);
        for (let b = 0; b <= a; b++) gram.set(a, b, gram.get(a, b) + x * (fixed[other * factors + b] ?? 0));
      }
    }
    for (let a = 0; a < factors; a++) for (let b = 0; b < a; b++) gram.set(b, a, gram.get(a, b));
    vectors.set(new CholeskyDecomposition(gram).solve(target).getColumn(0), index * factors);
  });
}

function predictAll(filmVectors: Float64Array, columnVectors: Float64Array, factors: number): Float64Array {
  const predictions = new Float64Array((filmVectors.length / factors) * raters.length);
  return predictions.map((_, cell) => {
    const film = Math.floor(cell / raters.length) * factors;
    const column = (cell % raters.length) * factors;
    let sum = 0;
    for (let a = 0; a < factors; a++) sum += (filmVectors[film + a] ?? 0) * (columnVectors[column + a] ?? 0);
    return sum;
  });
}
