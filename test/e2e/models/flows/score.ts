import { config, FlowSpec, main, parameter, step } from "millrace";
import type { ModelReference } from "millrace/models";

/** Scores with the model that it is given. */
class ScoreFlow extends FlowSpec {
  @config() defaults = { other: "none" };
  @parameter({ required: true, help: "as models:churn@production" }) model!: ModelReference<{ weights: number[] }>;
  @parameter other: ModelReference | string = this.defaults.other;
  @parameter fails = false;
  seen = "";
  weights: number[] = [];
  chosen: ModelReference | null = null;

  @step async start() {
    this.seen = `${String(this.model)} ${this.model.hash} ${this.model.asked}`;
    ({ weights: this.weights } = await this.model.load());
    this.chosen = this.model;
    this.next(this.score);
  }

  @step score() {
    if (this.fails) throw new Error("no customers");
    this.next(this.end);
  }

  @step end() {
    console.log(`${this.seen}, other ${String(this.other)}`);
  }
}

main(ScoreFlow);
