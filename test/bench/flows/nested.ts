import { FlowSpec, main, parameter, step, type Inputs } from "millrace";

class BenchNested extends FlowSpec {
  @parameter({ help: "items of each of the two splits" }) count = 40;

  outer!: number[];
  inner!: number[];
  total!: number;

  @step start() {
    this.outer = Array.from({ length: this.count }, (_, index) => index);
    this.next(this.split, { foreach: "outer" });
  }

  @step split(item: number) {
    this.inner = Array.from({ length: this.count }, (_, index) => item * this.count + index);
    this.next(this.work, { foreach: "inner" });
  }

  @step work(item: number) {
    this.total = item;
    this.next(this.collect);
  }

  @step collect(inputs: Inputs<BenchNested>) {
    this.total = inputs.reduce((total, input) => total + input.total, 0);
    this.next(this.gather);
  }

  @step gather(inputs: Inputs<BenchNested>) {
    this.total = inputs.reduce((total, input) => total + input.total, 0);
    this.next(this.end);
  }

  @step end() {
    console.log(`result=${this.total}`);
  }
}

main(BenchNested);
