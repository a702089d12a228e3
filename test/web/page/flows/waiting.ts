import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { FlowSpec, type Inputs, main, parameter, step } from "millrace";

/** Each of its tasks goes on once the file of its name is there. */
class WaitingFlow extends FlowSpec {
  @parameter() folder = "";

  names!: string[];

  @step start() {
    this.names = ["first", "second"];
    this.next(this.wait, { foreach: "names" });
  }

  @step async wait(name: string) {
    console.log(`waiting for ${name}`);
    while (!fs.existsSync(`${this.folder}/${name}`)) await sleep(20);
    console.log(`${name} is there`);
    this.next(this.join);
  }

  @step join(_inputs: Inputs<WaitingFlow>) {
    this.next(this.end);
  }

  @step end() {}
}

main(WaitingFlow);
