import { spawnSync } from "node:child_process";
import { catchError, FlowSpec, main, parameter, secrets, step } from "millrace";

/** What a task sees, without the values themselves. */
function sizes(): Record<string, number> {
  const names = ["FILE_TOKEN", "FILE_KEY", "INLINE_TOKEN"];
  return Object.fromEntries(names.map((name) => [name, process.env[name]?.length ?? 0]));
}

function printAll(): void {
  const { FILE_TOKEN = "", FILE_KEY = "", INLINE_TOKEN = "" } = process.env;
  console.log(`file ${FILE_TOKEN} inline <${INLINE_TOKEN}>`);
  console.error(`file ${FILE_TOKEN} inline <${INLINE_TOKEN}>`);
  console.log(FILE_KEY);
  console.log({ nested: { token: FILE_TOKEN } });
  console.log(JSON.stringify({ token: FILE_TOKEN }));
  process.stdout.write(`in ${INLINE_TOKEN.slice(0, 5)}`);
  process.stdout.write(`${INLINE_TOKEN.slice(5)} two\n`);
  const script = "console.log('child', process.env.FILE_TOKEN); console.error('child', process.env.INLINE_TOKEN)";
  spawnSync(process.execPath, ["-e", script], { stdio: "inherit" });
}

class SecretsFlow extends FlowSpec {
  @parameter() fails = false;

  problem: Error | undefined;
  seen: Record<string, Record<string, number>> = {};

  @step start() {
    this.seen = { ...this.seen, start: sizes() };
    this.next(this.use);
  }

  @secrets({
    sources: [
      { type: "env-file", path: "secrets.env" },
      { type: "inline", vars: { INLINE_TOKEN: process.env["GIVEN_TOKEN"] } },
    ],
  })
  @step
  use() {
    this.seen = { ...this.seen, use: sizes() };
    printAll();
    if (this.fails) throw new Error(`refused ${process.env["FILE_TOKEN"]}`, { cause: process.env["INLINE_TOKEN"] });
    this.next(this.caught);
  }

  @secrets({ sources: [{ type: "env-file", path: "secrets.env" }] })
  @catchError({ as: "problem" })
  @step
  caught() {
    this.seen = { ...this.seen, caught: sizes() };
    if (process.env["FILE_KEY"] !== undefined) throw new RangeError(`bad key:\n${process.env["FILE_KEY"]}`);
    this.next(this.end);
  }

  @step end() {
    this.seen = { ...this.seen, end: sizes() };
    console.log(`problem: ${this.problem?.message}`);
  }
}

main(SecretsFlow);
