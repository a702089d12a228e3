import { FlowSpec, main, step } from "millrace";

class BenchLinear extends FlowSpec {
  value!: number;

  @step start() {
    this.value = 1;
    this.next(this.double);
  }

  @step double() {
    this.value = this.value * 2;
    this.next(this.add);
  }

  @step add() {
    this.value = this.value + 3;
    this.next(this.end);
  }

  @step end() {
    console.log(`result=${this.value}`);
  }
}

main(BenchLinear);
