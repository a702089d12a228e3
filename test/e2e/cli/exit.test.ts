import { expect, test } from "vitest";
import { millrace } from "../../rigs/harness.ts";
import { flow, flowFolder, SOUND } from "./flow-folder.ts";

/**
 * Tells of a process that is ended by force: right after much work Node 24 can hang then. It is ended later than asked
 * for, as on a busy machine it may need more than that moment to end by itself.
 */
const HOOK = `
const exit = process.exit;
process.exit = (...code) => {
  if (process.send !== undefined) exit(...code);
  setTimeout(() => {
    require("node:fs").writeSync(2, "ended by force: " + process.getActiveResourcesInfo() + "\\n");
    exit(...code);
  }, 3_000).unref();
};`;

function project(text: string) {
  const cwd = flowFolder({ "flow.ts": text, "hook.cjs": HOOK });
  return { cwd, datastore: `${cwd}/store`, env: { NODE_OPTIONS: "--require ./hook.cjs" } };
}

test("every command ends by itself", async () => {
  const at = project(SOUND);
  const commands = [
    ["run"],
    ["resume", "start"],
    ["show"],
    ["runs"],
    ["status"],
    ["logs", "latest/start"],
    ["dump", "latest/start"],
    ["check"],
    ["gc"],
    ["fsck", "--repair"],
    ["no-such-command"],
  ];
  for (const [name = "", ...args] of commands) {
    const ended = await millrace([name, "flow.ts", ...args], at);
    expect(ended.stderr, name).not.toContain("ended by force");
    expect(ended.code, `${name}: ${ended.stderr}`).toBe(name === "no-such-command" ? 2 : 0);
  }
});

test("a command ends although the flow's modules keep something open, with its own exit code", async () => {
  const open = `\nsetInterval(() => undefined, 1_000);\n`;
  const at = project(
    `${flow(`  @step start() { throw new Error("broken"); this.next(this.end); }\n  @step end() {}`)}${open}`,
  );
  const ran = await millrace(["run", "flow.ts"], at);
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining("ended by force")]);
  expect((await millrace(["runs", "flow.ts"], at)).code).toBe(0);
});
