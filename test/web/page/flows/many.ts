import { FlowSpec, type Inputs, main, parameter, step } from "millrace";

/** Many tasks, of which a few fail for one reason. */
class ManyFlow extends FlowSpec {
  @parameter() count = 40;
  @parameter() wrong = 17;

  items!: number[];
  square!: number;
  sum!: number;

  @step start() {
    this.items = Array.from({ length: this.count }, (_, at) => at);
    this.next(this.work, { foreach: "items" });
  }

  @step work(item: number) {
    console.log(`item ${item}`);
    if (item === this.wrong) throw new RangeError(`row ${item} has 3 columns, not 4`);
    this.square = item * item;
    this.next(this.add);
  }

  @step add(inputs: Inputs<ManyFlow>) {
    this.sum = inputs.reduce((sum, { square }) => sum + square, 0);
    this.next(this.end);
  }

  @step end() {}
}

main(ManyFlow);
