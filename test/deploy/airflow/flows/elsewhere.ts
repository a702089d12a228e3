import { current, FlowSpec, type Inputs, main, retry, step } from "millrace";

/** Tells its target all that a task can tell: how many children, which case, which run. One child fails once. */
class ElsewhereFlow extends FlowSpec {
  sizes: number[] = [];
  size = 0;
  kind = "";
  seen = "";

  @step start() {
    this.sizes = [1, 20];
    this.next(this.measure, { foreach: "sizes" });
  }

  @retry({ times: 1, delay: 1 })
  @step
  measure(size: number) {
    if (size === 20 && current.attempt === 0) throw new Error("measured badly");
    this.size = size;
    this.next(this.choose);
  }

  @step choose(inputs: Inputs<ElsewhereFlow>) {
    this.size = inputs.reduce((sum, each) => sum + each.size, 0);
    this.kind = this.size > 10 ? "large" : "small";
    this.next({ small: this.small, large: this.large }, { condition: "kind" });
  }

  @step small() {
    this.seen = "small";
    this.next(this.end);
  }

  @step large() {
    this.seen = "large";
    this.next(this.end);
  }

  @step end() {}
}

main(ElsewhereFlow);
