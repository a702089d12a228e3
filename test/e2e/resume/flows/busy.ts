import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { current, FlowSpec, main, step } from "millrace";
import { isFirst, mark } from "./mark.ts";

/** Its middle step goes on until somebody ends it; the second time it is done at once. */
class BusyFlow extends FlowSpec {
  @step start() {
    mark("start");
    this.next(this.work);
  }

  @step async work() {
    if (isFirst("busy")) {
      if (process.env["CHILDREN"] !== undefined) spawn("sleep", ["600"], { stdio: "ignore" });
      console.log("spawned");
      await this.wait();
    }
    mark("work");
    this.next(this.end);
  }

  async wait(): Promise<void> {
    if (process.env["DEAF"] !== undefined) {
      process.on("SIGTERM", () => undefined);
      for (;;) await pause(1_000);
    }
    await pause(600_000, undefined, { signal: current.signal }).catch(() => mark("aborted"));
    throw new Error("asked to stop");
  }

  @step end() {
    mark("end");
  }
}

main(BusyFlow);
