import { FlowSpec, main, parameter, step, type Inputs } from "millrace";

/** Each task prints a line, which the board has to let through. */
class BenchLines extends FlowSpec {
  @parameter({ help: "number of tasks" }) count = 50;

  items!: number[];
  total!: number;

  @step start() {
    this.items = Array.from({ length: this.count }, (_, index) => index);
    this.next(this.work, { foreach: "items" });
  }

  @step work(item: number) {
    console.log(`line ${item}.`);
    this.next(this.collect);
  }

  @step collect(inputs: Inputs<BenchLines>) {
    this.total = inputs.length;
    this.next(this.end);
  }

  @step end() {
    console.log(`result=${this.total}`);
  }
}

main(BenchLines);
