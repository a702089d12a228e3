import { FlowSpec, type Inputs, main, parameter, step } from "millrace";
import { mark } from "./mark.ts";

/** A foreach and a loop in two branches of one split. */
class ShapesFlow extends FlowSpec {
  @parameter() factor = 3;
  @parameter() label = "sum";

  numbers!: number[];
  product!: number;
  total!: number;
  rounds = 0;
  state!: "more" | "done";
  result!: string;

  @step start() {
    this.numbers = [1, 2, 3, 4];
    mark("start");
    this.next(this.spread, this.count);
  }

  @step spread() {
    mark("spread");
    this.next(this.multiply, { foreach: "numbers" });
  }

  @step multiply(number: number) {
    this.product = number * this.factor;
    mark(`multiply-${this.index}`);
    this.next(this.gather);
  }

  @step gather(inputs: Inputs<ShapesFlow>) {
    this.total = inputs.reduce((sum, input) => sum + input.product, 0);
    mark("gather");
    this.next(this.join);
  }

  @step count() {
    mark("count");
    this.next(this.round);
  }

  @step round() {
    this.rounds += 1;
    mark(`round-${this.rounds}`);
    this.state = this.rounds < 3 ? "more" : "done";
    this.next({ more: this.round, done: this.counted }, { condition: "state" });
  }

  @step counted() {
    mark("counted");
    this.next(this.join);
  }

  @step join(inputs: Inputs<ShapesFlow>) {
    mark("join");
    this.total = inputs.gather.total;
    this.rounds = inputs.counted.rounds;
    this.next(this.end);
  }

  @step end() {
    mark("end");
    this.result = `${this.label} ${this.total} after ${this.rounds}`;
  }
}

main(ShapesFlow);
