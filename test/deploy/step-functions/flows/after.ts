import { current, FlowSpec, main, step, triggerOnFinish } from "millrace";

@triggerOnFinish({ flow: "FatesFlow" })
class AfterFlow extends FlowSpec {
  runs: readonly string[] = [];

  @step
  start() {
    this.runs = current.trigger?.runs ?? [];
    this.next(this.end);
  }

  @step
  end() {}
}

main(AfterFlow);
