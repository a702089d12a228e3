import { FlowSpec, main, step, triggerOnFinish } from "millrace";

@triggerOnFinish({ flow: "FatesFlow" })
class AfterFlow extends FlowSpec {
  @step
  start() {
    this.next(this.end);
  }

  @step
  end() {}
}

main(AfterFlow);
