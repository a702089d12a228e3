import { FlowSpec, type Inputs, batch, main, parameter, step } from "millrace";

/** Many tasks on AWS Batch, the others where the run is started. */
class WideFlow extends FlowSpec {
  @parameter({ help: "tasks" }) count = 3;

  items!: number[];
  squared = 0;
  total = 0;

  @step start() {
    this.items = Array.from({ length: this.count }, (_, index) => index);
    this.next(this.work, { foreach: "items" });
  }

  @batch()
  @step
  work(item: number) {
    this.squared = item * item;
    this.next(this.join);
  }

  @step join(inputs: Inputs<WideFlow>) {
    this.total = inputs.reduce((sum, { squared }) => sum + squared, 0);
    this.next(this.end);
  }

  @step end() {}
}

main(WideFlow);
