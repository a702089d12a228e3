import { FlowSpec, main, parameter, step } from "millrace";

class Unregistered {
  readonly value = 1;
}

/** Fails in the manner that the parameter names. */
class ForgetsFlow extends FlowSpec {
  @parameter how = "string";

  model!: unknown;

  @step async start() {
    if (this.how === "unstorable") this.model = { layers: [1, new Unregistered()] };
    if (this.how === "hangs") await new Promise(() => undefined);
    if (this.how === "string") throw "only a text" as unknown;
    this.next(this.end);
  }

  @step end() {}
}

main(ForgetsFlow);
