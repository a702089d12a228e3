import { FlowSpec, main, parameter, step } from "millrace";

class ClashesFlow extends FlowSpec {
  @parameter tag = "x";

  @step start() {
    this.next(this.end);
  }

  @step end() {}
}

main(ClashesFlow);
