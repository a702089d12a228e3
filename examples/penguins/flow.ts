import { current, FlowSpec, includeFile, main, parameter, step } from "millrace";
import { fit, type Measures, probabilities, type SoftmaxModel } from "./softmax.ts";

/** Trains a model that tells penguins apart, and registers it with the share of held-out ones that it gets right. */
class PenguinFlow extends FlowSpec {
  @includeFile({ help: "penguins as JSON lines" }) data = "penguins.jsonl";
  @parameter({ help: "passes over the data" }) epochs = 200;

  model!: SoftmaxModel;
  accuracy!: number;

  @step start() {
    const rows = this.data
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Measures & { species: string });
    const train = rows.filter((_, index) => index % 4 !== 0);
    const heldOut = rows.filter((_, index) => index % 4 === 0);
    this.model = fit(train, { epochs: this.epochs, learningRate: 0.5 });
    const right = heldOut.filter((row) => {
      const scores = probabilities(this.model, row);
      return this.model.species[scores.indexOf(scores.reduce((a, b) => Math.max(a, b)))] === row.species;
    });
    this.accuracy = right.length / heldOut.length;
    this.next(this.end);
  }

  @step end() {
    console.log(`${(100 * this.accuracy).toFixed(1)} % of the held-out penguins are told right`);
    current.registerModel("penguins", {
      artifact: "model",
      metrics: { accuracy: this.accuracy },
      description: "softmax regression on four measures",
    });
  }
}

main(PenguinFlow);
