import { catchError, FlowSpec, type Inputs, main, step } from "millrace";

/** Nobody can say how a failed step would have split. */
class UncatchableFlow extends FlowSpec {
  items = [1, 2];

  @catchError()
  @step
  start() {
    fail();
    this.next(this.each, { foreach: "items" });
  }

  @step each() {
    this.next(this.join);
  }

  @step join(inputs: Inputs<UncatchableFlow>) {
    console.log(inputs.length);
    this.next(this.end);
  }

  @step end() {}
}

function fail(): void {
  throw new Error("failed");
}

main(UncatchableFlow);
