import type { Recommendation } from "./recommend.ts";

/** What the flow shows in the end. */
export interface Result {
  heldOut: number;
  errors: { mean: number; fitA: number; fitB: number; ensemble: number };
  versions: { fitA: string; fitB: string };
  likes: readonly string[];
  recommendations: readonly Recommendation[];
}

/** The result as lines of text. */
export function resultText({ heldOut, errors, versions, likes, recommendations }: Result): string {
  const figure = (name: string, error: number) => `  ${name.padEnd(46)} ${error.toFixed(3)}`;
  return [
    `Error on ${heldOut} held-out ratings (RMSE in standard deviations, lower is better)`,
    figure("every rater's mean", errors.mean),
    figure(`A  ridge on attributes      ml-matrix ${versions.fitA}`, errors.fitA),
    figure(`B  matrix factorization     ml-matrix ${versions.fitB}`, errors.fitB),
    figure("ensemble of A and B", errors.ensemble),
    "",
    `For someone who liked ${likes.join(" and ")}`,
    ...recommendations.map(
      (film) =>
        `  ${`${film.title} (${film.year ?? "year unknown"})`.padEnd(46)} ${film.genre.padEnd(18)}` +
        ` IMDB ${film.audience.toFixed(1)}  critics ${film.critics.toFixed(0).padStart(3)} %`,
    ),
  ].join("\n");
}
