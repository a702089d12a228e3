import fs from "node:fs";
import { once } from "node:events";
import { catchError, current, FlowSpec, main, onExit, retry, step, timeout } from "millrace";

const told = process.env["GUARDED_TOLD"];

/** What decorators promise where nobody looks: a wait before the next attempt, an end to what hangs, a call at the end. */
@onExit({ success: ({ flow }) => told !== undefined && fs.appendFileSync(told, `${flow} succeeded\n`) })
class GuardedFlow extends FlowSpec {
  attempts!: number;
  wasStopped!: boolean;
  problem: Error | undefined;

  @retry({ times: 1, delay: "1s" })
  @step
  start() {
    if (current.attempt < 1) throw new Error("too early");
    this.attempts = current.attempt + 1;
    this.next(this.hangs);
  }

  @timeout({ seconds: 1 })
  @catchError({ as: "problem" })
  @step
  async hangs() {
    await once(current.signal, "abort");
    throw new Error("stopped", { cause: current.signal.reason });
    this.next(this.end);
  }

  @step end() {
    this.wasStopped = this.problem !== undefined;
  }
}

main(GuardedFlow);
