import { FlowSpec, main, resources, step } from "millrace";

/** Takes long enough that what it uses is worth a chart. */
class LongFlow extends FlowSpec {
  @resources({ cpu: 1, memory: 500 })
  @step
  async start() {
    const kept: Buffer[] = [];
    for (let turn = 0; turn < 11; turn += 1) {
      kept.push(Buffer.alloc(10 * 2 ** 20, 1));
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    console.log(`${kept.length} pieces`);
    this.next(this.end);
  }

  @step end() {}
}

main(LongFlow);
