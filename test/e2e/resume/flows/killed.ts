import { FlowSpec, main, step } from "millrace";
import { isFirst, mark } from "./mark.ts";

/** Its worker is killed the first time, as the system does when memory runs out. */
class KilledFlow extends FlowSpec {
  @step start() {
    this.next(this.work);
  }

  @step work() {
    if (isFirst("kill")) process.kill(process.pid, "SIGKILL");
    mark("work");
    this.next(this.end);
  }

  @step end() {}
}

main(KilledFlow);
