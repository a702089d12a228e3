import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { FlowSpec, type Inputs, catchError, main, step } from "millrace";

const COUNT = 3_000;

/** Ways to write, each on stdout or on stderr. */
const WAYS: Record<string, (lines: readonly string[]) => void> = {
  console: (lines) => lines.forEach((line) => console.log(line)),
  "console.error": (lines) => lines.forEach((line) => console.error(line)),
  stream: (lines) => lines.forEach((line) => process.stdout.write(`${line}\n`)),
  "one big write": (lines) => void process.stdout.write(`${lines.join("\n")}\n`),
  descriptor: (lines) => lines.forEach((line) => fs.writeSync(1, `${line}\n`)),
  "a child process": (lines) => {
    spawnSync("seq", ["-f", "line %.0f", "0", String(lines.length - 1)], { stdio: "inherit" });
  },
  "a child of Node's": (lines) => {
    const code = `for (let at = 0; at < ${lines.length}; at += 1) console.log("line " + at);`;
    spawnSync(process.execPath, ["-e", code], { stdio: "inherit" });
  },
  "native code": (lines) => {
    const write = (process as unknown as { _rawDebug: (line: string) => void })._rawDebug;
    lines.forEach((line) => write(line));
  },
};

const DEATHS: Record<string, () => void> = {
  SIGKILL: () => process.kill(process.pid, "SIGKILL"),
  SIGSEGV: () => process.kill(process.pid, "SIGSEGV"),
  abort: () => process.abort(),
  exit: () => process.exit(3),
};

/** Each way of writing, and after it each way to die. */
export class LastWordsFlow extends FlowSpec {
  cases: (readonly [way: string, death: string])[] = [];
  case: readonly [way: string, death: string] = ["", ""];

  @step start() {
    this.cases = Object.keys(WAYS).flatMap((way) => Object.keys(DEATHS).map((death) => [way, death] as const));
    this.next(this.die, { foreach: "cases" });
  }

  @catchError()
  @step
  die([way, death]: readonly [string, string]) {
    WAYS[way]?.(Array.from({ length: COUNT }, (_, at) => `line ${at}`));
    DEATHS[death]?.();
    this.next(this.join);
  }

  @step join(inputs: Inputs<LastWordsFlow>) {
    this.cases = inputs[0]?.cases ?? [];
    this.next(this.end);
  }

  @step end() {
    console.log("over");
  }
}

main(LastWordsFlow);
