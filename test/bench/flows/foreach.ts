import { FlowSpec, main, parameter, step, type Inputs } from "millrace";

class BenchForeach extends FlowSpec {
  @parameter({ help: "number of tasks" }) count = 50;

  items!: number[];
  square!: number;
  total!: number;

  @step start() {
    this.items = Array.from({ length: this.count }, (_, index) => index);
    this.next(this.work, { foreach: "items" });
  }

  @step work(item: number) {
    failIfAsked("work");
    this.square = item * item;
    this.next(this.collect);
  }

  @step collect(inputs: Inputs<BenchForeach>) {
    this.total = inputs.reduce((total, input) => total + input.square, 0);
    this.next(this.end);
  }

  @step end() {
    failIfAsked("end");
    console.log(`result=${this.total}`);
  }
}

function failIfAsked(stepName: string): void {
  if (process.env["BENCH_FAILS"] === stepName) throw new Error(`the bench asked ${stepName} to fail`);
}

main(BenchForeach);
