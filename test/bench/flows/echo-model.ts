import { current, FlowSpec, main, step } from "millrace";

class BenchEchoModel extends FlowSpec {
  model = { weights: [1, 2, 3] };

  @step start() {
    current.registerModel("echo", { artifact: "model" });
    this.next(this.end);
  }

  @step end() {
    console.log("registered");
  }
}

main(BenchEchoModel);
