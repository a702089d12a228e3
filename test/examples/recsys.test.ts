import { beforeAll, describe, expect, test } from "vitest";
import { encodeAttributes, type Attributes } from "../../examples/recsys/attributes.ts";
import { fitContentModel } from "../../examples/recsys/content-model.ts";
import { fitFactorModel } from "../../examples/recsys/factor-model.ts";
import { cleanFilms, loadFilms, type Film } from "../../examples/recsys/films.ts";
import { folderInStack, loadedMatrixVersion } from "../../examples/recsys/loaded-version.ts";
import { raters, rootMeanSquareError, splitRatings, type Ratings } from "../../examples/recsys/ratings.ts";
import { findFilms, frequentGenres, rankGenre } from "../../examples/recsys/recommend.ts";
import { resultText } from "../../examples/recsys/result-text.ts";

let films: Film[];
let ratings: Ratings;
let attributes: Attributes;

const factorOptions = { factors: 4, ridge: 3, sweeps: 5, attributeWeight: 0.3, seed: 7 };

beforeAll(async () => {
  films = await loadFilms();
  ratings = splitRatings(films, { heldOutShare: 0.2, seed: 1 });
  attributes = encodeAttributes(films, { minFilms: 3 });
});

describe("films", () => {
  test("those without a title or any rating are left out", () => {
    const rated = { Title: 1776, "Release Date": "Nov 09 2046", "IMDB Rating": 7, "Production Budget": 0 };
    const kept = cleanFilms([{ Title: null, "IMDB Rating": 5 }, { Title: "Unrated" }, rated]);
    expect(kept).toHaveLength(1);
    expect(kept[0]).toMatchObject({ title: "1776", year: 1946, audience: 7, critics: null, budget: null });
  });

  test("the published data has the films that the README counts", () => {
    expect(films).toHaveLength(3048);
  });
});

describe("ratings", () => {
  test("each known rating is either learned from or held out", () => {
    const known = films.reduce((sum, film) => sum + raters.filter((rater) => film[rater] !== null).length, 0);
    expect(ratings.train.score.length + ratings.heldOut.score.length).toBe(known);
  });

  test("the training part has mean zero for every rater", () => {
    raters.forEach((_, rater) => {
      const scores = ratings.train.score.filter((_score, i) => ratings.train.rater[i] === rater);
      expect(scores.reduce((sum, score) => sum + score, 0) / scores.length).toBeCloseTo(0, 10);
    });
  });

  test("the same seed gives the same split, another seed another one", () => {
    expect(splitRatings(films, { heldOutShare: 0.2, seed: 1 })).toEqual(ratings);
    expect(splitRatings(films, { heldOutShare: 0.2, seed: 2 })).not.toEqual(ratings);
  });
});

describe("models", () => {
  test("each beats every rater's mean on held-out ratings, and the ensemble beats each", () => {
    const content = fitContentModel(ratings, attributes, { ridge: 10 });
    const factor = fitFactorModel(ratings, attributes, factorOptions);
    const errorOf = (predictions: Float64Array) => rootMeanSquareError(ratings.heldOut, predictions);
    const ensemble = errorOf(content.map((a, i) => (a + (factor[i] ?? 0)) / 2));
    expect(errorOf(content)).toBeLessThan(0.85 * errorOf(new Float64Array(content.length)));
    expect(errorOf(factor)).toBeLessThan(0.85 * errorOf(new Float64Array(content.length)));
    expect(ensemble).toBeLessThan(Math.min(errorOf(content), errorOf(factor)));
  });

  test("the factor model repeats itself for the same seed", () => {
    const fit = (seed: number) => fitFactorModel(ratings, attributes, { ...factorOptions, seed, sweeps: 1 });
    expect(fit(7)).toEqual(fit(7));
    expect(fit(7)).not.toEqual(fit(8));
  });

  test("held-out ratings do not reach the models", () => {
    const blinded = { ...ratings, heldOut: { ...ratings.heldOut, score: ratings.heldOut.score.map(() => 99) } };
    const fit = (given: Ratings) => fitFactorModel(given, attributes, { ...factorOptions, sweeps: 1 });
    expect(fit(blinded)).toEqual(fit(ratings));
    expect(fitContentModel(blinded, attributes, { ridge: 10 })).toEqual(
      fitContentModel(ratings, attributes, { ridge: 10 }),
    );
  });
});

describe("recommendations", () => {
  test("a genre's list is in order, of that genre, and without what was liked", () => {
    const predictions = new Float64Array(films.length * raters.length);
    const likes = ["Toy Story"];
    const list = rankGenre("Adventure", { films, ratings, attributes, predictions, likes, top: 5 });
    expect(list).toHaveLength(5);
    expect(list[0]?.title).toMatch(/^Toy Story/);
    expect(list.map((film) => film.title)).not.toContain("Toy Story");
    expect(list.map((film) => film.score)).toEqual(list.map((film) => film.score).toSorted((a, b) => b - a));
    expect(new Set(list.map((film) => film.genre))).toEqual(new Set(["Adventure"]));
  });

  test("titles are found without regard to case, and an unknown one names similar ones", () => {
    expect(films[findFilms(films, ["the matrix"])[0] ?? -1]?.title).toBe("The Matrix");
    expect(() => findFilms(films, ["matrix"])).toThrow(/Did you mean The Matrix/);
  });

  test("only genres with enough films get a list", () => {
    expect(frequentGenres(films, 30)).toContain("Western");
    expect(frequentGenres(films, 30)).not.toContain("Concert/Performance");
  });

  test("the text shows every figure", () => {
    const text = resultText({
      heldOut: 10,
      errors: { mean: 1, fitA: 0.8, fitB: 0.7, ensemble: 0.6 },
      versions: { fitA: "6.10.4", fitB: "6.12.1" },
      likes: ["The Matrix"],
      recommendations: [
        { title: "Alien", year: 1979, genre: "Horror", audience: 8.5, critics: 97, closeness: 0.5, score: 2 },
      ],
    });
    for (const shown of ["1.000", "0.800", "0.700", "0.600", "6.10.4", "6.12.1", "Alien (1979)", "97 %"]) {
      expect(text).toContain(shown);
    }
  });
});

describe("the loaded version of ml-matrix", () => {
  test("is told by the code itself", () => {
    expect(loadedMatrixVersion()).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test("is found in frames that are paths or URLs", () => {
    expect(folderInStack("Error: x\n    at new Matrix (/a b/node_modules/ml-matrix/matrix.js:1:2)")).toBe(
      "/a b/node_modules/ml-matrix",
    );
    expect(folderInStack("Error: x\n    at file:///a%20b/node_modules/ml-matrix/src/matrix.js:1:2")).toBe(
      "/a b/node_modules/ml-matrix",
    );
    expect(() => folderInStack("Error: x\n    at /a/b.js:1:2")).toThrow(/Cannot tell the version/);
  });
});
