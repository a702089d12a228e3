import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { catchError, FlowSpec, type Inputs, main, parameter, step, timeout } from "millrace";
import { ATTACKS, type Group } from "./attacks.ts";

/** Each attack is one task; the task after it says whether it notices anything. */
class HostileFlow extends FlowSpec {
  @parameter() group = "BUILTINS";
  names!: string[];
  name!: string;
  failure?: Error;
  witness!: Witness;
  all!: { name: string; failure: string | null; witness: Witness }[];

  @step start() {
    this.names = Object.keys(ATTACKS[this.group as Group]);
    this.next(this.attack, { foreach: "names" });
  }

  @timeout({ seconds: 3 })
  @catchError({ as: "failure" })
  @step
  async attack(name: string) {
    this.name = name;
    await ATTACKS[this.group as Group][name]!.act(this as unknown as Record<string, unknown>);
    this.next(this.after);
  }

  @step async after() {
    console.log("after", this.input);
    this.witness = await witness();
    this.next(this.join);
  }

  @step join(inputs: Inputs<HostileFlow>) {
    this.all = inputs.map(({ name, failure, witness }) => ({ name, failure: failure?.message ?? null, witness }));
    this.next(this.end);
  }

  @step end() {
    console.log(this.all.length);
  }
}

type Witness = Awaited<ReturnType<typeof witness>>;

/** What a task finds in a process that nobody has changed; `home` tells the folder by whether it is that of the run. */
async function witness() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "witness-"));
  const file = path.join(folder, "made");
  fs.writeFileSync(file, "x");
  const mode = (fs.statSync(file).mode & 0o777).toString(8);
  fs.rmSync(folder, { recursive: true });
  return {
    mode,
    exitCode: process.exitCode ?? null,
    text: JSON.stringify({
      list: [...new Map([["a", 1]])],
      date: new Date(0),
      bytes: Buffer.from("é").toString("hex"),
    }),
    waited: await Promise.race([new Promise((resolve) => setTimeout(() => resolve("a while"), 1))]),
    isNow: Math.abs(Date.now() - fs.statSync("/proc/self").mtimeMs) < 3_600_000 && Math.random() < 1,
    added: Object.keys(Object.prototype).length + Object.keys(Array.prototype).length,
    isAtHome: process.cwd() === process.env["PWD_OF_TEST"],
    isFree: [Object.prototype, Array.prototype, JSON].every((one) => !Object.isFrozen(one)),
    listeners: process.listenerCount("exit") + process.listenerCount("SIGTERM"),
    arguments: process.execArgv.filter((one) => one.includes("inspect")).length,
  };
}

main(HostileFlow);
