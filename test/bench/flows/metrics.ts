import { current, FlowSpec, main, parameter, step } from "millrace";

const CALLS = 10_000;
const ROUND_MS = 1_000;

class BenchMetrics extends FlowSpec {
  @parameter({ help: "seconds of work with and without calls" }) rounds = 7;

  /** Percent of a second that 10,000 calls add, a pair of rounds each. */
  added: number[] = [];

  @step start() {
    const slice = sliceOf(ROUND_MS / CALLS);
    work(slice, false);
    for (let round = 0; round < this.rounds; round += 1) {
      // Which comes first alternates, as a machine may grow slower or faster meanwhile.
      const isFirst = round % 2 === 0;
      const one = work(slice, isFirst);
      const other = work(slice, !isFirst);
      this.added.push((isFirst ? one - other : other - one) / (ROUND_MS / 100));
    }
    this.next(this.end);
  }

  @step end() {
    console.log(`result=${this.added.length}`);
  }
}

/** Processor time of a second of work, in milliseconds: other programs of the machine do not count. */
function work(slice: number, hasCalls: boolean): number {
  const before = process.cpuUsage();
  for (let call = 0; call < CALLS; call += 1) {
    const loss = compute(slice);
    if (hasCalls) current.log({ loss, accuracy: call / CALLS });
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function compute(slice: number): number {
  let sum = 0;
  for (let at = 1; at <= slice; at += 1) sum += Math.sqrt(at) / at;
  return sum;
}

/** How much to compute in so many milliseconds. */
function sliceOf(ms: number): number {
  const probe = 20_000;
  for (let round = 0; round < 50; round += 1) compute(probe);
  const { user } = process.cpuUsage();
  for (let round = 0; round < 1000; round += 1) compute(probe);
  const perRound = (process.cpuUsage().user - user) / 1000 / 1000;
  return Math.max(1, Math.round((probe * ms) / perRound));
}

main(BenchMetrics);
