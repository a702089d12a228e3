import { meanSquaredError, type Point } from "@app/shared";
import { FlowSpec, main, parameter, step, type Inputs } from "millrace";

/** Tries slopes in parallel; the package that both it and other flows use says which is best. */
export class TrainFlow extends FlowSpec {
  @parameter({ help: "slopes to try" }) slopes = [1, 2, 3];

  points: Point[] = [
    [1, 2.1],
    [2, 3.9],
    [3, 6.2],
  ];
  fit!: { slope: number; error: number };

  @step start() {
    this.next(this.train, { foreach: "slopes" });
  }

  @step train(slope: number) {
    this.fit = { slope, error: meanSquaredError(this.points, slope) };
    this.next(this.choose);
  }

  @step choose(inputs: Inputs<TrainFlow>) {
    this.fit = inputs.map(({ fit }) => fit).reduce((best, fit) => (fit.error < best.error ? fit : best));
    this.next(this.end);
  }

  @step end() {
    console.log(`y = ${this.fit.slope} x fits best, with an error of ${this.fit.error.toFixed(3)}`);
  }
}

main(TrainFlow);
