import { FlowSpec, main, parameter, step } from "millrace";
import type { ModelReference } from "millrace/models";

/** Only names a model. */
class KeepFlow extends FlowSpec {
  @parameter({ required: true }) model!: ModelReference;

  @step start() {
    this.next(this.end);
  }

  @step end() {}
}

main(KeepFlow);
