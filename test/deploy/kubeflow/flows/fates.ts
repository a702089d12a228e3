import process from "node:process";
import { catchError, current, FlowSpec, main, onExit, parameter, retry, step } from "millrace";

/** An attempt that fails, a switch by a parameter, a process that dies and is caught, and an end that fails where it is told to. */
@onExit({
  success: ({ flow }) => console.log(`told: ${flow} succeeded`),
  error: ({ flow }) => console.log(`told: ${flow} failed`),
})
class FatesFlow extends FlowSpec {
  @parameter() word = "short";
  @parameter() fails = false;
  kind = "";
  seen = "";
  problem: Error | undefined;

  @retry({ times: 1, delay: "1s" })
  @step
  start() {
    if (current.attempt < 1) throw new Error("too early");
    this.kind = this.word.length > 5 ? "long" : "short";
    this.next({ long: this.long, short: this.short }, { condition: "kind" });
  }

  @step long() {
    this.seen = "long";
    this.next(this.dies);
  }

  @step short() {
    this.seen = "short";
    this.next(this.dies);
  }

  @catchError({ as: "problem" })
  @step
  dies() {
    process.kill(process.pid, "SIGKILL");
    this.next(this.end);
  }

  @step end() {
    if (this.fails) throw new Error("as it was told");
  }
}

main(FatesFlow);
