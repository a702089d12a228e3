import { current, FlowSpec, main, step } from "millrace";

class NoCheckpointFlow extends FlowSpec {
  @step start() {
    if (process.env["CALL"] === "load") current.checkpoint.load();
    else current.checkpoint.save({ rounds: 1 });
    this.next(this.end);
  }

  @step end() {}
}

main(NoCheckpointFlow);
