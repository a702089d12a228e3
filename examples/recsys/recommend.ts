import type { Attributes } from "./attributes.ts";
import type { Film } from "./films.ts";
import { raters, type Ratings } from "./ratings.ts";
import { closenessTo } from "./taste.ts";

export interface Recommendation {
  title: string;
  year: number | null;
  genre: string;
  /** The expected rating by IMDB's users, 0 to 10. */
  audience: number;
  /** The expected percentage of favourable reviews. */
  critics: number;
  /** How alike the film is to those that were liked, 0 to 1. */
  closeness: number;
  /** Expected rating in standard deviations plus `tasteWeight` times closeness: the order of the list. */
  score: number;
}

/** What every genre is ranked by. */
export interface RankingOptions {
  films: readonly Film[];
  ratings: Ratings;
  predictions: Float64Array;
  attributes: Attributes;
  likes: readonly string[];
  top: number;
}

const tasteWeight = 5;

/** The genres with at least `minFilms` films, in alphabetical order. */
export function frequentGenres(films: readonly Film[], minFilms: number): string[] {
  const counts = new Map<string, number>();
  for (const { genre } of films) if (genre !== null) counts.set(genre, (counts.get(genre) ?? 0) + 1);
  return [...counts].flatMap(([genre, count]) => (count >= minFilms ? [genre] : [])).sort();
}

/** Finds films by title, ignoring case; an unknown title is an error that shows similar ones. */
export function findFilms(films: readonly Film[], titles: readonly string[]): number[] {
  return titles.map((title) => {
    const wanted = title.toLowerCase();
    const index = films.findIndex((film) => film.title.toLowerCase() === wanted);
    if (index >= 0) return index;
    const similar = films.filter((film) => film.title.toLowerCase().includes(wanted)).map((film) => film.title);
    const hint = similar.length > 0 ? ` Did you mean ${similar.slice(0, 5).join(", ")}?` : "";
    throw new Error(`Cannot recommend by "${title}": no film of the data set has this title.${hint}`);
  });
}

/** The best films of a genre for a taste that is given by films someone liked. */
export function rankGenre(genre: string, options: RankingOptions): Recommendation[] {
  const liked = findFilms(options.films, options.likes);
  const closeness = closenessTo(liked, options.attributes);
  return options.films
    .flatMap((film, index) =>
      film.genre === genre && !liked.includes(index)
        ? [recommendation(film, { genre, index, closeness: closeness[index] ?? 0, ...options })]
        : [],
    )
    .sort((a, b) => b.score - a.score)
    .slice(0, options.top);
}

function recommendation(
  film: Film,
  {
    genre,
    index,
    closeness,
    ratings,
    predictions,
  }: RankingOptions & { genre: string; index: number; closeness: number },
): Recommendation {
  const expected = raters.map((_, rater) => predictions[index * raters.length + rater] ?? 0);
  const [audience = 0, critics = 0] = expected.map(
    (score, rater) => (ratings.mean[rater] ?? 0) + score * (ratings.deviation[rater] ?? 1),
  );
  return {
    title: film.title,
    year: film.year,
    genre,
    audience: Math.min(10, Math.max(0, audience)),
    critics: Math.min(100, Math.max(0, critics)),
    closeness,
    score: expected.reduce((sum, score) => sum + score, 0) / raters.length + tasteWeight * closeness,
  };
}
