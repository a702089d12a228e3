import { env, FlowSpec, main, step } from "millrace";

class RefusedPackageFlow extends FlowSpec {
  @step start() {
    this.next(this.fit);
  }

  @env({ packages: { "ml-matrix": "999.0.0" } })
  @step
  fit() {
    this.next(this.end);
  }

  @step end() {}
}

main(RefusedPackageFlow);
