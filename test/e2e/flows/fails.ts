import { FlowSpec, type Inputs, main, step } from "millrace";

/** One of four siblings fails; the others go on only where the run is told to finish. */
class FailsFlow extends FlowSpec {
  numbers = [0, 1, 2, 3];
  square!: number;

  @step start() {
    this.next(this.compute, { foreach: "numbers" });
  }

  @step compute(number: number) {
    for (let line = 1; line <= 30; line += 1) console.log(`line ${line} of ${number}`);
    if (number === 1) explain(number);
    this.square = number ** 2;
    this.next(this.after);
  }

  @step after() {
    this.next(this.collect);
  }

  @step collect(inputs: Inputs<FailsFlow>) {
    this.square = inputs.length;
    this.next(this.end);
  }

  @step end() {}
}

function explain(number: number): void {
  const cause = new Error("the real reason");
  throw new TypeError(`no square of ${number}`, { cause });
}

main(FailsFlow);
