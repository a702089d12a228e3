import { setTimeout as sleep } from "node:timers/promises";
import { current, FlowSpec, main, parameter, step } from "millrace";

const TICKS = 1_000;
const CALLS_A_TICK = 10;
/** A percent of a second. */
const PERCENT_MS = 10;

class BenchMetrics extends FlowSpec {
  @parameter({ help: "pairs of a second with calls and one without" }) rounds = 7;

  /** Percent of a second that 10,000 calls add, one for each pair. */
  added: number[] = [];

  @step async start() {
    for (let round = 0; round < this.rounds; round += 1) {
      const without = await second(false);
      this.added.push(((await second(true)) - without) / PERCENT_MS);
    }
    this.next(this.end);
  }

  @step end() {
    console.log(`result=${this.added.length}`);
  }
}

/** A second that mostly waits, so that what is left is the calls; gives its processor time in milliseconds. */
async function second(hasCalls: boolean): Promise<number> {
  const before = process.cpuUsage();
  for (let tick = 0; tick < TICKS; tick += 1) {
    for (let call = 0; call < CALLS_A_TICK; call += 1) {
      const accuracy = (tick * CALLS_A_TICK + call) / (TICKS * CALLS_A_TICK);
      if (hasCalls) current.log({ loss: Math.sqrt(1 - accuracy), accuracy });
    }
    await sleep(1);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

main(BenchMetrics);
