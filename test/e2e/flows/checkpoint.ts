import { setTimeout as pause } from "node:timers/promises";
import { checkpoint, current, FlowSpec, type Inputs, main, retry, step } from "millrace";
import { isFirst, mark } from "../resume/flows/mark.ts";

interface Progress {
  readonly item: string;
  readonly rounds: number;
  readonly sums: Float64Array;
}

const ROUNDS = 4;

/** Each item counts rounds, and is stopped in its own way after two of them: a throw, a SIGKILL, a stall, or not at all. */
class CheckpointFlow extends FlowSpec {
  items = ["throws", "dies", "stalls", "goes on"];
  item!: string;
  sums!: Float64Array;
  results!: Record<string, number[]>;

  @step start() {
    this.next(this.work, { foreach: "items" });
  }

  @retry({ times: 2, delay: "0s" })
  @checkpoint()
  @step
  async work(item: string) {
    const found = current.checkpoint.load<Progress>() ?? { item, rounds: 0, sums: new Float64Array(ROUNDS) };
    if (found.item !== item) throw new Error(`${item} found what ${found.item} had saved`);
    mark(`${item} from ${found.rounds}`);
    const { sums } = found;
    for (let round = found.rounds; round < ROUNDS; round++) {
      mark(`${item} ${round}`);
      sums[round] = item.length + round;
      current.checkpoint.save({ item, rounds: round + 1, sums });
      if (round === 1 && isFirst(item)) await stop(item);
    }
    this.item = item;
    this.sums = sums;
    this.next(this.collect);
  }

  @step collect(inputs: Inputs<CheckpointFlow>) {
    this.results = Object.fromEntries(inputs.map(({ item, sums }) => [item, [...sums]]));
    this.next(this.end);
  }

  @step end() {}
}

async function stop(item: string): Promise<void> {
  if (item === "throws") throw new Error("after two rounds");
  if (item === "dies") process.kill(process.pid, "SIGKILL");
  if (item !== "stalls" || process.env["STALL"] === undefined) return;
  console.log("stalled");
  await pause(600_000);
}

main(CheckpointFlow);
