import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type CommandOptions, millrace, MILLRACE, TSX } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject } from "../../rigs/project.ts";

const FLOW = `import { FlowSpec, main, parameter, step } from "millrace";
import { clean } from "./clean.ts";
import { report } from "./report.ts";

class LoadFlow extends FlowSpec {
  @parameter() factor = 1;
  rows = 0;
  @step start() { this.next(this.load); }
  @step async load() {
    this.rows = (await clean()) * this.factor;
    console.log("loaded", this.rows);
    this.next(this.end);
  }
  @step end() { report(this.rows); }
}
main(LoadFlow);
`;

interface Dev {
  readonly child: ChildProcess;
  readonly closed: Promise<number | null>;
  /** What it printed since the last save. */
  text(): string;
  save(file: string, text: string): void;
  /** Waits for its next words. */
  says(words: RegExp): Promise<void>;
}

function project(): CommandOptions & { cwd: string; datastore: string } {
  const cwd = makeProject({
    ...{ "flow.ts": FLOW, "package.json": ESM, "tsconfig.json": LEGACY },
    "clean.ts": "export const clean = () => 1;\n",
    "report.ts": "export const report = (rows: number) => console.log(rows);\n",
  });
  return { cwd, datastore: path.join(cwd, "store") };
}

function dev(program: readonly string[], { cwd, datastore }: { cwd: string; datastore: string }): Dev {
  const child = spawn(process.execPath, program, {
    cwd,
    env: { ...process.env, MILLRACE_DATASTORE: datastore },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let all = "";
  let from = 0;
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (all += bytes.toString()));
  onTestFinished(() => void child.kill("SIGKILL"));
  const text = () => all.slice(from);
  return {
    child,
    text,
    closed: new Promise((resolve) => child.on("close", resolve)),
    save(file, content) {
      from = all.length;
      fs.writeFileSync(path.join(cwd, file), content);
    },
    says: (words) => expect.poll(text, { timeout: 60_000, interval: 50 }).toMatch(words),
  };
}

test("a step is spun again at each save of what it reaches, with the inputs of the latest run; Ctrl-C ends it", async () => {
  const at = project();
  await millrace(["run", "flow.ts"], at);
  const session = dev([MILLRACE, "dev", "flow.ts", "load", "--factor", "10"], at);
  await session.says(/loaded 10\n[^]*\[[\d:]+\S*\] load succeeded in .*; waiting for the next save\n/);

  session.save("clean.ts", "export const clean = () => 2;\n");
  await session.says(/loaded 20\n[^]*load succeeded in .*; waiting/);

  session.save("report.ts", "export const report = (rows: number) => console.log(rows + 1);\n");
  await session.says(/report\.ts saved: load does not reach what changed\n/);
  expect(session.text()).not.toContain("loaded");

  session.save("clean.ts", "export const clean = () => { throw new Error('no rows'); };\n");
  await session.says(/no rows[^]*load failed in .*; waiting/);

  session.save("clean.ts", "export const clean = () => ;\n");
  await session.says(/Unexpected ";"[^]*the code cannot be read; waiting for the next save\n/);

  session.save("clean.ts", "export { clean } from './cleaner.ts';\n");
  await session.says(/cleaner\.ts[^]*the code cannot be read; waiting for the next save\n/);

  session.save("cleaner.ts", "export const clean = () => 3;\n");
  await session.says(/loaded 30\n[^]*load succeeded/);
  expect(session.text()).not.toContain("\u001b[2J");

  session.child.kill("SIGINT");
  expect(await session.closed).toBe(130);
}, 180_000);

test("a save during a spin ends it and starts again; several saves at once are one", async () => {
  const at = project();
  await millrace(["run", "flow.ts"], at);
  const slow =
    "export const clean = async () => { console.log('slow'); await new Promise((r) => setTimeout(r, 600_000)); return 1; };\n";
  fs.writeFileSync(path.join(at.cwd, "clean.ts"), slow);
  const session = dev([TSX, "flow.ts", "dev", "load"], at);
  await session.says(/^slow$/m);
  session.save("clean.ts", "export const clean = () => 4;\n");
  fs.writeFileSync(path.join(at.cwd, "clean.ts"), "export const clean = () => 5;\n");
  await session.says(/stopped after .*, as clean\.ts was saved\n[^]*loaded 5\n[^]*load succeeded/);
  expect(session.text()).not.toContain("loaded 4");
  session.save("clean.ts", slow);
  await session.says(/^slow$/m);
  session.child.kill("SIGTERM");
  expect(await session.closed).not.toBe(0);
}, 180_000);

test("without a step it takes the one that failed last, and wrong usage ends it with exit code 2", async () => {
  const at = project();
  const none = await millrace(["dev", "flow.ts"], at);
  expect(none.code).toBe(2);
  expect(none.stderr).toContain("LoadFlow");
  fs.writeFileSync(path.join(at.cwd, "report.ts"), "export const report = () => { throw new Error('no report'); };\n");
  expect((await millrace(["run", "flow.ts"], at)).code).toBe(1);
  const session = dev([MILLRACE, "dev", "flow.ts"], at);
  await session.says(/^end on the inputs of LoadFlow\/\S+\/end\/3$[^]*end failed in/m);
  session.child.kill("SIGINT");
  await session.closed;

  const unknown = await millrace(["dev", "flow.ts", "laod"], at);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("LoadFlow has no such step")]);
  const option = await millrace(["dev", "flow.ts", "load", "--factr", "2"], at);
  expect([option.code, option.stderr]).toEqual([2, expect.stringContaining("unknown option '--factr'")]);
}, 120_000);
