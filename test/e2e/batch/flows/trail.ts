import fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { FlowSpec, type Inputs, main, parameter, step } from "millrace";

/** Each task that is executed leaves a line in the trail. */
class TrailFlow extends FlowSpec {
  @parameter({ help: "a file that every machine can write to" }) trail = "";

  items = [0, 1];
  doubled = 0;
  total = 0;

  @step async start() {
    await this.#walk("start", 300);
    this.next(this.work, { foreach: "items" });
  }

  @step async work(item: number) {
    await this.#walk(`work ${item}`, item === 0 ? 0 : 2500);
    this.doubled = item * 2;
    this.next(this.end);
  }

  @step async end(inputs: Inputs<TrailFlow>) {
    await this.#walk("end", 0);
    this.total = inputs.reduce((sum, { doubled }) => sum + doubled, 0);
  }

  async #walk(name: string, ms: number) {
    fs.appendFileSync(this.trail, `${name}\n`);
    console.log(`walked ${name}`);
    await pause(ms);
  }
}

main(TrailFlow);
