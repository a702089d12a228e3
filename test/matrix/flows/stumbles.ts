import { setTimeout as sleep } from "node:timers/promises";
import { catchError, checkpoint, current, FlowSpec, type Inputs, main, retry, step } from "millrace";

/** Each branch gets into its own trouble, and out of it. */
class StumblesFlow extends FlowSpec {
  word!: string;
  problem: Error | undefined;
  told!: (string | null)[];
  sums!: Float64Array;

  @step start() {
    this.word = "from the start";
    this.next(this.retried, this.caught, this.killed, this.goesOn);
  }

  @retry({ times: 2, delay: "0s" })
  @step
  retried() {
    if (current.attempt < 1) throw new Error("too early");
    this.word = `attempt ${current.attempt}`;
    this.next(this.gather);
  }

  @catchError({ as: "problem" })
  @step
  caught() {
    this.word = "set before the error";
    if (current.attempt >= 0) throw new TypeError("caught", { cause: new Error("below") });
    this.next(this.gather);
  }

  @catchError({ as: "problem" })
  @step
  async killed() {
    this.word = "lost";
    process.kill(process.pid, "SIGKILL");
    await sleep(600_000);
    this.next(this.gather);
  }

  @retry({ times: 1, delay: "0s" })
  @checkpoint()
  @step
  goesOn() {
    const found = current.checkpoint.load<Float64Array>();
    this.sums = found ?? Float64Array.of(1, 2, 3);
    if (found === null || found === undefined) {
      current.checkpoint.save(this.sums);
      process.kill(process.pid, "SIGKILL");
    }
    this.next(this.gather);
  }

  @step gather(inputs: Inputs<StumblesFlow>) {
    this.told = inputs.map(({ word, problem }) => `${word}: ${problem?.message ?? "no problem"}`);
    this.sums = inputs.goesOn.sums;
    this.next(this.end);
  }

  @step end() {}
}

main(StumblesFlow);
