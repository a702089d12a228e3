import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Matrix, solve } from "ml-matrix";
import { FlowSpec, main, parameter, registerType, step, type Inputs } from "millrace";

/** A car of the `cars.json` data set. */
export interface Car {
  name: string;
  milesPerGallon: number;
  horsepower: number;
  weight: number;
}

/** Says how far a car goes on a gallon, by a polynomial of its power and weight. */
export class MileageModel {
  readonly degree: number;
  readonly weights: Float64Array;

  constructor(degree: number, weights: Float64Array) {
    this.degree = degree;
    this.weights = weights;
  }

  predict(car: Pick<Car, "horsepower" | "weight">): number {
    return features(car, this.degree).reduce((sum, value, at) => sum + value * (this.weights[at] ?? 0), 0);
  }
}
registerType(MileageModel, {
  name: "notebooks.MileageModel",
  pack: ({ degree, weights }) => ({ degree, weights }),
  unpack: ({ degree, weights }) => new MileageModel(degree, weights),
});

/** Fits how far cars go on a gallon; cross-validated. */
export class MileageFlow extends FlowSpec {
  @parameter({ help: "of the polynomial" }) degree = 2;
  @parameter({ help: "parts of the cross-validation" }) folds = 5;

  cars!: Car[];
  parts!: number[];
  error!: number;
  errors!: number[];
  model!: MileageModel;
  residuals!: Float64Array;

  /** Loads the cars and says which parts to leave out in turn. */
  @step async start() {
    this.cars = await loadCars();
    this.parts = Array.from({ length: this.folds }, (_, part) => part);
    console.log(`${this.cars.length} cars`);
    this.next(this.validate, { foreach: "parts" });
  }

  /** Fits all cars but one part, and sees how well that one is predicted. */
  @step validate(part: number) {
    const isHeldOut = (_: Car, at: number) => at % this.folds === part;
    const model = fit(
      this.cars.filter((car, at) => !isHeldOut(car, at)),
      this.degree,
    );
    this.error = rootMeanSquare(this.cars.filter(isHeldOut).map((car) => car.milesPerGallon - model.predict(car)));
    console.log(`part ${part}: ${this.error.toFixed(2)} miles per gallon off`);
    this.next(this.train);
  }

  /** Fits all cars. */
  @step train(inputs: Inputs<MileageFlow>) {
    this.mergeArtifacts(inputs, { include: ["cars"] });
    this.errors = inputs.map((input) => input.error);
    this.error = this.errors.reduce((sum, error) => sum + error, 0) / this.errors.length;
    const model = fit(this.cars, this.degree);
    this.model = model;
    this.residuals = Float64Array.from(this.cars, (car) => car.milesPerGallon - model.predict(car));
    this.next(this.end);
  }

  @step end() {
    console.log(`degree ${this.degree}: ${this.error.toFixed(2)} miles per gallon off`);
  }
}

async function loadCars(): Promise<Car[]> {
  // The package's exports hide its data files, so they are found beside its entry point.
  const entry = createRequire(import.meta.url).resolve("vega-datasets");
  const text = await readFile(join(dirname(entry), "..", "data", "cars.json"), "utf8");
  const rows = JSON.parse(text) as Record<string, string | number | null>[];
  return rows
    .map((row) => ({
      name: String(row["Name"]),
      milesPerGallon: Number(row["Miles_per_Gallon"]),
      horsepower: Number(row["Horsepower"]),
      weight: Number(row["Weight_in_lbs"]),
    }))
    .filter(({ milesPerGallon, horsepower }) => milesPerGallon > 0 && horsepower > 0);
}

function fit(cars: readonly Car[], degree: number): MileageModel {
  const inputs = new Matrix(cars.map((car) => features(car, degree)));
  const outputs = Matrix.columnVector(cars.map(({ milesPerGallon }) => milesPerGallon));
  return new MileageModel(degree, Float64Array.from(solve(inputs, outputs, true).to1DArray()));
}

/** Powers of power and weight, scaled to about one. */
function features({ horsepower, weight }: Pick<Car, "horsepower" | "weight">, degree: number): number[] {
  const powers = Array.from({ length: degree }, (_, at) => at + 1);
  return [1, ...powers.flatMap((power) => [(horsepower / 100) ** power, (weight / 3000) ** power])];
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}

main(MileageFlow);
