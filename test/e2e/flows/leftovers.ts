import { spawn } from "node:child_process";
import http from "node:http";
import { FlowSpec, type Inputs, main, step } from "millrace";

/** Tasks that leave timers, servers, children and errors behind. */
class LeftoversFlow extends FlowSpec {
  items = new Map([
    ["k", 1],
    ["l", 2],
  ]);
  entry!: [string, number];
  entries!: [string, number][];

  @step start() {
    this.next(this.each, { foreach: "items" });
  }

  @step each(entry: [string, number]) {
    this.entry = entry;
    setInterval(() => console.log("tick"), 1);
    setTimeout(() => {
      throw new Error("late error");
    }, 5_000);
    http.createServer().listen(0);
    spawn(process.execPath, ["-e", "setInterval(() => console.log('late child'), 1)"], { stdio: "inherit" });
    console.log("x".repeat(300_000));
    this.next(this.join);
  }

  @step join(inputs: Inputs<LeftoversFlow>) {
    this.entries = inputs.map((input) => input.entry);
    console.log("join");
    this.next(this.end);
  }

  @step end() {
    process.stdout.write("the last words");
    process.kill(process.pid, "SIGKILL");
  }
}

main(LeftoversFlow);
