import { setTimeout as sleep } from "node:timers/promises";
import { card, current, FlowSpec, main, parameter, step } from "millrace";
import { lineChart, progressBar } from "millrace/cards";

const TICKS = 1_000;
/** Each updates a bar and a chart. */
const CALLS_A_TICK = 5;
/** A percent of a second. */
const PERCENT_MS = 10;

class BenchCards extends FlowSpec {
  @parameter({ help: "pairs of a second with calls and one without" }) rounds = 7;

  /** Percent of a second that 10,000 updates add, one for each pair. */
  added: number[] = [];

  @card()
  @step
  async start() {
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
  const bar = progressBar({ label: "calls", max: TICKS * CALLS_A_TICK });
  const chart = lineChart({ x: "call", y: "loss" });
  if (hasCalls) current.card.append(bar, chart);
  for (let tick = 0; tick < TICKS; tick += 1) {
    for (let call = 0; call < CALLS_A_TICK; call += 1) {
      const at = tick * CALLS_A_TICK + call;
      if (!hasCalls) continue;
      bar.update(at + 1);
      chart.push({ call: at, loss: Math.sqrt(at) });
    }
    await sleep(1);
  }
  current.card.refresh();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

main(BenchCards);
