import fs from "node:fs";
import os from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { current, FlowSpec, type Inputs, main, parameter, step } from "millrace";

const rows: number[] = [];

/** A foreach of short tasks; some items do something odd at their first attempt. */
class ReusedFlow extends FlowSpec {
  /** Folder of this machine, mounted at the same place: holds what ran where, and `go` once items that wait may go on. */
  @parameter() gate = "";
  @parameter() count = 8;
  /** `waits:2,dies:3`. */
  @parameter() odd = "";

  items!: number[];
  square!: number;
  seen!: number;
  total!: number;

  @step start() {
    this.items = Array.from({ length: this.count }, (_, item) => item);
    this.next(this.each, { foreach: "items" });
  }

  @step async each(item: number) {
    fs.appendFileSync(`${this.gate}/ran`, `${item}.${current.attempt} ${os.hostname()}\n`);
    console.log(`item ${item}, attempt ${current.attempt}`);
    current.log({ item });
    const odd = current.attempt === 0 ? this.odd.split(",").find((one) => one.endsWith(`:${item}`)) : undefined;
    if (odd?.startsWith("fails")) throw new Error("told to fail");
    if (odd?.startsWith("dies")) process.kill(process.pid, "SIGKILL");
    if (odd?.startsWith("sleeps")) await pause(600_000, undefined, { signal: current.signal });
    while (odd?.startsWith("waits") && !fs.existsSync(`${this.gate}/go`)) await pause(20);
    rows.push(item);
    // What a task before this one left in its process must not show.
    this.seen = rows.length;
    this.square = item * item;
    this.next(this.join);
  }

  @step join(inputs: Inputs<ReusedFlow>) {
    this.total = inputs.reduce((sum, { square }) => sum + square, 0);
    this.next(this.end);
  }

  @step end() {}
}

main(ReusedFlow);
