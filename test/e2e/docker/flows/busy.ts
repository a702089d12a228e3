import fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { current, FlowSpec, type Inputs, main, parameter, step } from "millrace";

/** One of its branches goes on until somebody ends it, or lets it go. */
class BusyContainersFlow extends FlowSpec {
  /** Folder of this machine, mounted at the same place: holds what ran, and `go` once the step may go on. */
  @parameter() gate = "";
  @parameter() isDeaf = false;
  @parameter() fails = false;

  value = 0;
  total!: number;

  @step start() {
    this.next(this.waits, this.other);
  }

  @step async waits() {
    this.mark("waits");
    console.log("waits to be let go");
    if (this.isDeaf) process.on("SIGTERM", () => undefined);
    await this.untilLetGo();
    this.value = 40;
    this.next(this.join);
  }

  @step async other() {
    this.mark("other");
    while (this.fails && !this.hasRun("waits")) await pause(20);
    if (this.fails) throw new Error("told to fail");
    this.value = 2;
    this.next(this.join);
  }

  @step join(inputs: Inputs<BusyContainersFlow>) {
    this.mark("join");
    this.total = inputs.reduce((sum, { value }) => sum + value, 0);
    this.next(this.end);
  }

  @step end() {
    this.mark("end");
  }

  async untilLetGo(): Promise<void> {
    while (!fs.existsSync(`${this.gate}/go`)) {
      if (current.signal.aborted && !this.isDeaf) {
        this.mark("aborted");
        throw current.signal.reason;
      }
      await pause(20);
    }
  }

  mark(name: string): void {
    fs.appendFileSync(`${this.gate}/ran`, `${name}\n`);
  }

  hasRun(name: string): boolean {
    return fs.readFileSync(`${this.gate}/ran`, "utf8").includes(name);
  }
}

main(BusyContainersFlow);
