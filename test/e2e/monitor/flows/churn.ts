import { current, FlowSpec, main, step } from "millrace";

/** Registers a model with the data that it was made from. */
class ChurnFlow extends FlowSpec {
  model = { cut: 50 };

  @step start() {
    this.next(this.end);
  }

  @step end() {
    const input = Array.from({ length: 2000 }, (_, at) => ({ age: (at * 7919) % 100, plan: ["basic", "pro"][at % 2] }));
    const output = Float64Array.from(input, ({ age }) => (age > this.model.cut ? 0.9 : 0.1));
    current.registerModel("churn", { artifact: "model", reference: { input, output } });
  }
}

main(ChurnFlow);
