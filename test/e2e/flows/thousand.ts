import { FlowSpec, type Inputs, main, step } from "millrace";

class ThousandFlow extends FlowSpec {
  numbers = Array.from({ length: 1000 }, (_, number) => number);
  double!: number;
  sum!: number;
  isInOrder!: boolean;

  @step start() {
    this.next(this.compute, { foreach: "numbers" });
  }

  @step compute(number: number) {
    this.double = number * 2;
    this.next(this.collect);
  }

  @step collect(inputs: Inputs<ThousandFlow>) {
    this.sum = inputs.reduce((sum, input) => sum + input.double, 0);
    this.isInOrder = inputs.every((input, at) => input.double === at * 2);
    this.next(this.end);
  }

  @step end() {}
}

main(ThousandFlow);
