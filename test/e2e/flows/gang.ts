import { current, FlowSpec, type Inputs, main, step } from "millrace";

class GangFlow extends FlowSpec {
  node!: { mainHost: string; numNodes: number; nodeIndex: number };
  nodes!: unknown[];

  @step start() {
    this.next(this.train, { numParallel: 2 });
  }

  @step train() {
    this.node = current.parallel;
    this.next(this.gather);
  }

  @step gather(inputs: Inputs<GangFlow>) {
    this.nodes = inputs.map((input) => input.node);
    this.next(this.end);
  }

  @step end() {}
}

main(GangFlow);
