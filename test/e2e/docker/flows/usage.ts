import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { docker, FlowSpec, type Inputs, main, step } from "millrace";

const MB = 2 ** 20;

/** Uses known amounts of what a container has, in each way in which that can happen. */
class UsageFlow extends FlowSpec {
  @step start() {
    this.next(this.plain, this.child, this.file, this.buffers, this.heap, this.killed, this.burns);
  }

  @step plain() {
    this.next(this.join);
  }

  /** A process that lives as long as it takes to fill 300 MB, once. */
  @step child() {
    execFileSync("dd", ["if=/dev/zero", "of=/dev/null", "bs=300M", "count=1"], { stdio: "ignore" });
    this.next(this.join);
  }

  /** What the kernel keeps of files is not what the step needs. */
  @step file() {
    const chunk = Buffer.alloc(16 * MB, 1);
    for (let at = 0; at < 25; at += 1) fs.appendFileSync("/tmp/large", chunk);
    this.next(this.join);
  }

  @docker({ memory: 300 })
  @step
  buffers() {
    const kept: Buffer[] = [];
    for (;;) kept.push(Buffer.alloc(16 * MB, 1));
    this.next(this.join);
  }

  @docker({ memory: 300 })
  @step
  heap() {
    const kept: number[][] = [];
    for (;;) kept.push(new Array<number>(10_000).fill(kept.length + 0.5));
    this.next(this.join);
  }

  /** Its own process lives on. */
  @docker({ memory: 300 })
  @step
  killed() {
    try {
      execFileSync("dd", ["if=/dev/zero", "of=/dev/null", "bs=500M", "count=1"], { stdio: "ignore" });
    } catch {
      // The kernel ended it.
    }
    this.next(this.join);
  }

  @step burns() {
    execFileSync(process.execPath, ["-e", "while (process.cpuUsage().user < 500_000);"]);
    this.next(this.join);
  }

  @step join(_: Inputs<UsageFlow>) {
    this.next(this.end);
  }

  @step end() {}
}

main(UsageFlow);
