import { current, FlowSpec, type Inputs, main, parameter, step } from "millrace";
import { AllReduce } from "./all-reduce.ts";
import { FEATURES, gradient, makeRows, type Rows } from "./regression.ts";

/** Shards are added in their order, however many members share them: so the weights are the same for each number. */
const SHARDS = 12;

/** Trains a linear model on several machines at once: each has a part of the rows, and all have the same weights. */
class GangFlow extends FlowSpec {
  @parameter({ help: "tasks that train together" }) members = 3;
  @parameter({ help: "rows of training data" }) rowCount = 60_000;
  @parameter() epochs = 40;
  @parameter({ help: "on which the first member listens" }) port = 29_500;

  rows!: Rows;
  weights!: Float64Array;
  loss = 0;

  @step start() {
    this.rows = makeRows(this.rowCount, 7);
    this.next(this.train, { numParallel: this.members });
  }

  @step async train() {
    const { parallel, signal } = current;
    const { nodeIndex, numNodes } = parallel;
    const own = shardsOf(nodeIndex, numNodes);
    const gang = await AllReduce.join(parallel, { port: this.port, signal });
    this.weights = new Float64Array(FEATURES);
    for (let epoch = 0; epoch < this.epochs; epoch += 1) {
      const total = await gang.sum(own.map((shard) => gradient(this.rows, this.weights, rowsOf(shard, this.rowCount))));
      for (let at = 0; at < FEATURES; at += 1)
        this.weights[at] = (this.weights[at] ?? 0) - (0.5 * (total[at] ?? 0)) / this.rowCount;
      this.loss = (total[FEATURES] ?? 0) / this.rowCount;
      current.log({ loss: this.loss }, { step: epoch });
    }
    gang.close();
    console.log(`member ${nodeIndex} of ${numNodes}: shards ${own.join(", ")}, loss ${this.loss.toFixed(5)}`);
    this.next(this.compare);
  }

  @step compare(inputs: Inputs<GangFlow>) {
    const [first] = inputs;
    if (first === undefined) throw new Error("a gang has at least one member");
    if (
      inputs.some(({ weights }) => Buffer.compare(Buffer.from(weights.buffer), Buffer.from(first.weights.buffer)) !== 0)
    )
      throw new Error("the members have different weights");
    this.weights = first.weights;
    this.loss = first.loss;
    this.next(this.end);
  }

  @step end() {
    console.log(`loss ${this.loss.toFixed(5)}, weights ${[...this.weights].map((one) => one.toFixed(3)).join(" ")}`);
  }
}

/** Neighbours: so the first member has the first ones, and all come in order. */
function shardsOf(member: number, members: number): number[] {
  const all = Array.from({ length: SHARDS }, (_, shard) => shard);
  return all.slice(Math.floor((member * SHARDS) / members), Math.floor(((member + 1) * SHARDS) / members));
}

function rowsOf(shard: number, count: number): { from: number; to: number } {
  return { from: Math.floor((shard * count) / SHARDS), to: Math.floor(((shard + 1) * count) / SHARDS) };
}

main(GangFlow);
