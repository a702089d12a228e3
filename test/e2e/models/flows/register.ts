import { current, FlowSpec, main, parameter, retry, step } from "millrace";

/** Registers in a step whose attempts fail as they are told. */
class RegisterFlow extends FlowSpec {
  @parameter fails = 0;
  @parameter dies = false;
  model = { weights: [0] };

  @step start() {
    this.model = { weights: [1, 2, 3] };
    this.next(this.train);
  }

  @retry({ times: 3, delay: 0 })
  @step
  train() {
    current.registerModel("churn", { artifact: "model", metrics: { auc: 0.9, attempt: current.attempt } });
    if (current.attempt < this.fails) throw new Error("not yet");
    this.next(this.end);
  }

  @step end() {
    if (this.dies) throw new Error("the end fails");
  }
}

main(RegisterFlow);
