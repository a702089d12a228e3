import { setTimeout as pause } from "node:timers/promises";
import { FlowSpec, current, main, parameter, step } from "millrace";

/** Goes wrong as it is told to. */
class StumbleFlow extends FlowSpec {
  @parameter({ help: "throw, wait, linger (as wait, at first) or nothing" }) how = "nothing";

  engine = "";

  @step async start() {
    console.log(`attempt ${current.attempt}`);
    if (this.how === "throw" && current.attempt === 0) throw new RangeError("stumbled over a stone");
    if (this.how === "wait" || (this.how === "linger" && current.attempt === 0))
      await pause(60_000, undefined, { signal: current.signal });
    this.engine = current.engine;
    this.next(this.end);
  }

  @step end() {}
}

main(StumbleFlow);
