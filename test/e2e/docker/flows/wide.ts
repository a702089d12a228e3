import fs from "node:fs";
import path from "node:path";
import { current, env, FlowSpec, type Inputs, main, parameter, step } from "millrace";
import { shout } from "../lib/words.js";

/** Branches, a foreach, joins, files that come along, values of many kinds; says where it runs in its output alone. */
class WideFlow extends FlowSpec {
  @parameter() scale = 3;
  @parameter() fails = false;

  beside!: string;
  table!: string;
  letters!: string[];
  letter!: string;
  vector!: Float64Array;
  variable!: string | null;
  kinds!: unknown;
  all!: string;

  @step start() {
    this.beside = fs.readFileSync(new URL("./beside.txt", import.meta.url), "utf8");
    this.table = fs.readFileSync(path.join("data", "table.csv"), "utf8");
    console.log(JSON.stringify({ engine: current.engine, uid: process.getuid?.(), cwd: path.basename(process.cwd()) }));
    fs.writeFileSync(path.join(current.tempDir, "scratch"), "written");
    console.log(`scratch: ${fs.readFileSync(path.join(current.tempDir, "scratch"), "utf8")}`);
    if (this.fails) refuse();
    this.next(this.fan, this.other);
  }

  @step fan() {
    this.letters = ["a", "b"];
    this.next(this.each, { foreach: "letters" });
  }

  @step each() {
    this.letter = shout(this.input as string);
    this.vector = Float64Array.from({ length: 2000 }, (_, at) => at * this.scale);
    this.next(this.gather);
  }

  @step gather(inputs: Inputs<WideFlow>) {
    this.all = inputs.map(({ letter }) => letter).join("");
    this.next(this.join);
  }

  @env({ vars: { WIDE_VARIABLE: "set" } })
  @step
  other() {
    this.variable = process.env["WIDE_VARIABLE"] ?? null;
    this.kinds = [new Map([["one", 1n]]), new Date(0), new RangeError("kept"), Buffer.alloc(20_000, 7), undefined];
    this.next(this.join);
  }

  @step join(inputs: Inputs<WideFlow>) {
    this.all = `${inputs.gather.all} ${inputs.other.variable} ${process.env["WIDE_VARIABLE"] ?? "unset"}`;
    this.next(this.end);
  }

  @step end() {}
}

function refuse(): void {
  throw new RangeError("told to fail");
}

main(WideFlow);
