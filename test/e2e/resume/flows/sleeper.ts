import fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { FlowSpec, current, main, step } from "millrace";

/** Notes what runs in `RAN_FILE`; its second step waits for `GO_FILE` in a run that resumes nothing. */
export class SleeperFlow extends FlowSpec {
  ran = "";

  @step start() {
    note(current.stepName);
    this.next(this.waits);
  }

  @step async waits() {
    note(current.stepName);
    while (current.originRunId === null && !fs.existsSync(process.env["GO_FILE"] ?? "")) await pause(20);
    this.ran = current.runId;
    this.next(this.end);
  }

  @step end() {
    note(current.stepName);
  }
}

function note(step: string): void {
  fs.appendFileSync(process.env["RAN_FILE"] ?? "", `${step}\n`);
}

main(SleeperFlow);
