import fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { FlowSpec, type Inputs, current, main, step } from "millrace";

/** Notes what runs in `RAN_FILE`; `fails` fails in a run that resumes nothing, a second after `commits` began. */
export class CommittedFlow extends FlowSpec {
  value = 0;

  @step start() {
    this.next(this.commits, this.fails);
  }

  @step commits() {
    note(current.stepName);
    this.value = 7;
    this.next(this.join);
  }

  @step async fails() {
    const file = process.env["RAN_FILE"] ?? "";
    while (!fs.existsSync(file)) await pause(20);
    await pause(1_000);
    if (process.env["FAILS"] === "1" && current.originRunId === null) throw new Error("on purpose");
    this.next(this.join);
  }

  @step join(inputs: Inputs<CommittedFlow>) {
    this.value = inputs.commits.value;
    this.next(this.end);
  }

  @step end() {
    console.log(this.value);
  }
}

function note(step: string): void {
  fs.appendFileSync(process.env["RAN_FILE"] ?? "", `${step}\n`);
}

main(CommittedFlow);
