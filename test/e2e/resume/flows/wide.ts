import { FlowSpec, type Inputs, main, step } from "millrace";
import { mark } from "./mark.ts";

/** A foreach of 200. */
class WideFlow extends FlowSpec {
  numbers!: number[];
  square!: number;
  total!: number;

  @step start() {
    this.numbers = Array.from({ length: 200 }, (_, number) => number);
    this.next(this.work, { foreach: "numbers" });
  }

  @step work(number: number) {
    this.square = number ** 2;
    mark(`work-${number}`);
    this.next(this.collect);
  }

  @step collect(inputs: Inputs<WideFlow>) {
    this.total = inputs.reduce((sum, input) => sum + input.square, 0);
    this.next(this.end);
  }

  @step end() {}
}

main(WideFlow);
