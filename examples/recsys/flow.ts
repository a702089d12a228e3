import { FlowSpec, batch, env, main, parameter, retry, step, type Inputs } from "millrace";
import { encodeAttributes, type Attributes } from "./attributes.ts";
import { fitContentModel } from "./content-model.ts";
import { fitFactorModel } from "./factor-model.ts";
import { loadFilms, type Film } from "./films.ts";
import { loadedMatrixVersion } from "./loaded-version.ts";
import { rootMeanSquareError, splitRatings, type Ratings } from "./ratings.ts";
import { findFilms, frequentGenres, rankGenre, type Recommendation } from "./recommend.ts";
import { resultText } from "./result-text.ts";

/** A fitted model: film by film its predictions, one number per rater, in standard deviations. */
interface Model {
  predictions: Float64Array;
  error: number;
  mlMatrix: string;
}

class RecSysFlow extends FlowSpec {
  @parameter({ help: "titles of films you liked" }) likes = ["The Matrix", "Blade Runner"];
  @parameter({ help: "number of latent factors of model B" }) factors = 4;
  @parameter({ help: "films to recommend" }) top = 8;

  films!: Film[];
  ratings!: Ratings;
  attributes!: Attributes;
  genres!: string[];
  model!: Model;
  predictions!: Float64Array;
  errors!: { mean: number; fitA: number; fitB: number; ensemble: number };
  versions!: { fitA: string; fitB: string };
  ranked!: Recommendation[];
  recommendations!: Recommendation[];

  @step async start() {
    this.films = await loadFilms();
    findFilms(this.films, this.likes);
    this.ratings = splitRatings(this.films, { heldOutShare: 0.2, seed: 1 });
    this.attributes = encodeAttributes(this.films, { minFilms: 3 });
    this.next(this.fitA, this.fitB);
  }

  @env({ packages: { "ml-matrix": "6.10.4" } })
  @step
  fitA() {
    const predictions = fitContentModel(this.ratings, this.attributes, { ridge: 10 });
    const error = rootMeanSquareError(this.ratings.heldOut, predictions);
    this.model = { predictions, error, mlMatrix: loadedMatrixVersion() };
    this.next(this.ensemble);
  }

  @env({ packages: { "ml-matrix": "6.12.1" }, vars: { SEED: "7" } })
  @batch({ gpu: 2, memory: 400 })
  @retry({ times: 2 })
  @step
  fitB() {
    const predictions = fitFactorModel(this.ratings, this.attributes, {
      factors: this.factors,
      seed: Number(process.env.SEED),
      ridge: 3,
      sweeps: 5,
      attributeWeight: 0.3,
    });
    const error = rootMeanSquareError(this.ratings.heldOut, predictions);
    this.model = { predictions, error, mlMatrix: loadedMatrixVersion() };
    this.next(this.ensemble);
  }

  @step ensemble(inputs: Inputs<RecSysFlow>) {
    this.mergeArtifacts(inputs, { include: ["films", "ratings", "attributes"] });
    const { fitA, fitB } = inputs;
    this.predictions = fitA.model.predictions.map((a, i) => (a + (fitB.model.predictions[i] ?? 0)) / 2);
    this.errors = {
      mean: rootMeanSquareError(this.ratings.heldOut, new Float64Array(this.predictions.length)),
      fitA: fitA.model.error,
      fitB: fitB.model.error,
      ensemble: rootMeanSquareError(this.ratings.heldOut, this.predictions),
    };
    this.versions = { fitA: fitA.model.mlMatrix, fitB: fitB.model.mlMatrix };
    this.genres = frequentGenres(this.films, 30);
    this.next(this.rank, { foreach: "genres" });
  }

  @step rank(genre: string) {
    const { films, ratings, attributes, predictions, likes, top } = this;
    this.ranked = rankGenre(genre, { films, ratings, attributes, predictions, likes, top });
    this.next(this.recommend);
  }

  @step recommend(inputs: Inputs<RecSysFlow>) {
    this.mergeArtifacts(inputs, { include: ["errors", "versions", "ratings"] });
    const candidates = inputs.flatMap((input) => input.ranked);
    this.recommendations = candidates.sort((a, b) => b.score - a.score).slice(0, this.top);
    this.next(this.end);
  }

  @step end() {
    const { errors, versions, recommendations, likes } = this;
    console.log(resultText({ errors, versions, recommendations, likes, heldOut: this.ratings.heldOut.score.length }));
  }
}

main(RecSysFlow);
