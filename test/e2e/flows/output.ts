import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import { FlowSpec, type Inputs, main, step } from "millrace";

/** Prints by every means there is. */
class OutputFlow extends FlowSpec {
  letters = ["a", "b", "c", "d", "e", "f"];

  @step start() {
    console.log("console");
    process.stdout.write("no newline, ");
    process.stdout.write("then one: é\n");
    spawnSync(process.execPath, ["-e", "console.log('child'); console.error('child error')"], { stdio: "inherit" });
    execFileSync("/bin/sh", ["-c", "echo shell; echo shell error >&2"], { stdio: "inherit" });
    fs.writeSync(1, "native\n");
    console.error("error");
    console.log("last");
    this.next(this.many);
  }

  @step many() {
    for (let line = 0; line < 20_000; line += 1) console.log(`line ${line}`);
    this.next(this.each, { foreach: "letters" });
  }

  @step each(letter: string) {
    for (let line = 0; line < 50; line += 1) console.log(`${letter}${line}`);
    fs.writeSync(1, `${letter} native\n`);
    process.stdout.write(`${letter} without newline`);
    this.next(this.join);
  }

  @step join(inputs: Inputs<OutputFlow>) {
    process.stdout.write(`${inputs.length} came`);
    this.next(this.end);
  }

  @step end() {}
}

main(OutputFlow);
