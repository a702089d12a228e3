import { FlowSpec, main, parameter, retry, step, type Inputs } from "millrace";
import { makePoints, meanSquaredError, type Point } from "./data.ts";

interface Fit {
  readonly rate: number;
  readonly slope: number;
  readonly error: number;
}

/** Fits a line with several learning rates in parallel, and keeps the best fit on points that it did not train on. */
export class TrainFlow extends FlowSpec {
  @parameter({ help: "passes over the data" }) epochs = 50;
  @parameter({ help: "seed of the data" }) seed = 7;
  @parameter({ help: "the largest error to accept" }) maxError = 0.01;

  training!: Point[];
  validation!: Point[];
  rates = [0.05, 0.5, 1];
  fit!: Fit;

  @step start() {
    const points = makePoints(100, this.seed);
    this.training = points.filter((_, at) => at % 5 !== 0);
    this.validation = points.filter((_, at) => at % 5 === 0);
    this.next(this.train, { foreach: "rates" });
  }

  @retry({ times: 1 })
  @step
  train(rate: number) {
    let slope = 0;
    for (let epoch = 0; epoch < this.epochs; epoch++) {
      const gradient = this.training.reduce((sum, [x, y]) => sum + x * (y - slope * x), 0) / this.training.length;
      slope += rate * gradient;
    }
    this.fit = { rate, slope, error: meanSquaredError(this.validation, slope) };
    this.next(this.choose);
  }

  @step choose(inputs: Inputs<TrainFlow>) {
    this.fit = inputs.map(({ fit }) => fit).reduce((best, fit) => (fit.error < best.error ? fit : best));
    this.next(this.end);
  }

  @step end() {
    const { rate, slope, error } = this.fit;
    if (error > this.maxError) throw new Error(`the best fit has an error of ${error.toFixed(4)}`);
    console.log(`rate ${rate} fits y = ${slope.toFixed(2)} x`);
  }
}

main(TrainFlow);
