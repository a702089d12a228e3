import { FlowSpec, main, resources, step, type Inputs } from "millrace";
import { setTimeout as sleep } from "node:timers/promises";

const MB = 2 ** 20;
const WAIT_MS = 300;

/** Asks for four times the memory and the processors that it uses. */
class BenchAdmit extends FlowSpec {
  shards = Array.from({ length: 16 }, (_, at) => at);

  @step start() {
    this.next(this.large, this.busy);
  }

  @step large() {
    this.next(this.fit, { foreach: "shards" });
  }

  @resources({ memory: 1000 })
  @step
  async fit() {
    const held = Buffer.alloc(190 * MB, 1);
    await sleep(WAIT_MS);
    if (held.at(-1) !== 1) throw new Error("what it held is gone");
    this.next(this.fitted);
  }

  @step fitted(inputs: Inputs<BenchAdmit>) {
    this.shards = inputs.map(() => 1);
    this.next(this.join);
  }

  @step busy() {
    this.next(this.score, { foreach: "shards" });
  }

  @resources({ cpu: 2 })
  @step
  async score() {
    for (let round = 0; round < 3; round += 1) {
      const end = performance.now() + WAIT_MS / 6;
      while (performance.now() < end);
      await sleep(WAIT_MS / 6);
    }
    this.next(this.scored);
  }

  @step scored(inputs: Inputs<BenchAdmit>) {
    this.shards = inputs.map(() => 1);
    this.next(this.join);
  }

  @step join(inputs: Inputs<BenchAdmit>) {
    this.shards = inputs.flatMap(({ shards }) => shards);
    this.next(this.end);
  }

  @step end() {
    console.log(`result=${this.shards.length}`);
  }
}

main(BenchAdmit);
