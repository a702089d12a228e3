import { current, FlowSpec, main, step } from "millrace";

class AttemptOneFlow extends FlowSpec {
  @step start() {
    if (current.attempt === 0) throw new Error("the first attempt fails");
    this.next(this.end);
  }

  @step end() {}
}

main(AttemptOneFlow);
