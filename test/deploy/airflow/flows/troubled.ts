import fs from "node:fs";
import process from "node:process";
import { catchError, FlowSpec, main, retry, step } from "millrace";

/** A step whose process dies at each attempt, and is caught; and one that fails until a file is there. */
class TroubledFlow extends FlowSpec {
  problem: { message: string } | null = null;
  isMended = false;

  @step start() {
    this.next(this.dies);
  }

  @retry({ times: 1, delay: 1 })
  @catchError({ as: "problem" })
  @step
  dies() {
    process.kill(process.pid, "SIGKILL");
    this.next(this.fails);
  }

  @step fails() {
    this.isMended = fs.existsSync(process.env["MENDED"] ?? "/nowhere");
    if (!this.isMended) throw new Error("not mended yet");
    this.next(this.end);
  }

  @step end() {}
}

main(TroubledFlow);
