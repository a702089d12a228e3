import { Matrix, solve } from "ml-matrix";
import type { Customer, KnownCustomer } from "./customers.ts";

/** A logistic regression on standardized features. */
export interface ChurnModel {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  /** The bias, then one for each feature. */
  readonly weights: readonly number[];
}

const STEPS = 12;

/** Fits by Newton's method: in each step the matrix of second derivatives is solved for the weights. */
export function fit(customers: readonly KnownCustomer[]): ChurnModel {
  const features = new Matrix(customers.map(featuresOf));
  const mean = features.mean("column");
  const deviation = features.standardDeviation("column", { mean }).map((one) => one || 1);
  const x = standardized({ mean, deviation }, customers);
  const transposed = x.transpose();
  let weights = Matrix.zeros(x.columns, 1);
  for (let step = 0; step < STEPS; step += 1) {
    const guesses = probabilitiesOf(x, weights);
    const errors = Matrix.columnVector(customers.map(({ left }, at) => left - (guesses[at] ?? 0)));
    const certainty = guesses.map((guess) => guess * (1 - guess));
    // The penalty on large weights keeps the matrix invertible.
    const gradient = transposed.mmul(errors).sub(weights);
    const curvature = transposed.mmul(x.clone().mulColumnVector(certainty)).add(Matrix.eye(x.columns));
    weights = weights.add(solve(curvature, gradient));
  }
  return { mean, deviation, weights: weights.to1DArray() };
}

/** How likely each is to leave: one matrix product for all of them. */
export function probabilities(model: ChurnModel, customers: readonly Customer[]): number[] {
  return probabilitiesOf(standardized(model, customers), Matrix.columnVector([...model.weights]));
}

/** How often somebody who left is ranked above somebody who stayed: 1 is perfect, 0.5 is chance. */
export function areaUnderCurve(model: ChurnModel, customers: readonly KnownCustomer[]): number {
  const guesses = probabilities(model, customers);
  const of = (left: number) => guesses.filter((_, at) => customers[at]?.left === left);
  const [gone, stayed] = [of(1), of(0)];
  const above = gone.reduce((sum, one) => sum + stayed.reduce((count, other) => count + rank(one, other), 0), 0);
  return above / (gone.length * stayed.length);
}

function rank(one: number, other: number): number {
  return one === other ? 0.5 : Number(one > other);
}

function probabilitiesOf(x: Matrix, weights: Matrix): number[] {
  return x
    .mmul(weights)
    .to1DArray()
    .map((score) => 1 / (1 + Math.exp(-score)));
}

function standardized({ mean, deviation }: Omit<ChurnModel, "weights">, customers: readonly Customer[]): Matrix {
  const x = new Matrix(customers.map(featuresOf)).subRowVector([...mean]).divRowVector([...deviation]);
  return x.addColumn(0, Matrix.ones(x.rows, 1));
}

function featuresOf({ plan, status, ...numbers }: Customer): number[] {
  const { failedCalls, complaints, months, charge, seconds, calls, texts, numbers: called, age } = numbers;
  return [
    ...[failedCalls, complaints, months, charge, seconds, calls, texts, called, age],
    ...[Number(plan === "contract"), Number(status === "idle")],
  ];
}
