import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { millrace, temporaryFolder } from "../rigs/harness.ts";
import { startKernel } from "./kernel-client.ts";

test("a kernel tells what it is", async () => {
  const kernel = await startKernel();
  const { reply, heard } = await kernel.ask("kernel_info_request", {});
  expect(reply).toMatchObject({ status: "ok", protocol_version: "5.3", language_info: { name: "typescript" } });
  expect(heard).toEqual(["status busy", "status idle"]);
});

test("all that a cell shows comes between busy and idle, in its order", async () => {
  const kernel = await startKernel();
  const { reply, heard } = await kernel.execute(
    "console.log('a'); display(1); console.error('b'); console.log('c'); 2",
  );
  expect(heard).toEqual([
    "status busy",
    expect.stringContaining("execute_input console.log"),
    "stream a\n",
    "display_data 1",
    "stream b\n",
    "stream c\n",
    "execute_result 2",
    "status idle",
  ]);
  expect(reply).toMatchObject({ status: "ok", execution_count: 1 });
});

test("an error aborts the cells that wait, and no later one", async () => {
  const folder = temporaryFolder();
  const kernel = await startKernel(folder);
  const sent = [
    "import fs from 'node:fs'; while (!fs.existsSync('go')) await new Promise(setImmediate); throw new Error('stop')",
    "'waiting'",
    "'waiting, too'",
  ].map((code) => kernel.send("execute_request", { code, stop_on_error: true }));
  const ids = await Promise.all(sent);
  await kernel.received();
  fs.writeFileSync(path.join(folder, "go"), "");
  const answers = await Promise.all(ids.map((id) => kernel.answerTo(id)));
  expect(answers.map(({ reply }) => reply.status)).toEqual(["error", "aborted", "aborted"]);
  expect(answers[0]?.reply).toMatchObject({ ename: "Error", evalue: "stop" });
  expect((await kernel.execute("'later'")).heard).toContain("execute_result 'later'");
});

test("an interrupt stops a loop and a promise that never settles", async () => {
  const kernel = await startKernel();
  await kernel.execute("const kept = 1");
  for (const code of ["console.log('begins'); for (;;);", "console.log('begins'); await new Promise(() => {})"]) {
    const id = await kernel.send("execute_request", { code });
    await kernel.until(() => kernel.heardOf(id).includes("stream begins\n"));
    await kernel.ask("interrupt_request", {});
    const { reply } = await kernel.answerTo(id);
    expect(reply).toMatchObject({ status: "error", ename: "Interrupted" });
  }
  expect((await kernel.execute("kept")).heard).toContain("execute_result 1");
  // As Jupyter's own button does where a kernel.json asks for signals.
  const id = await kernel.send("execute_request", { code: "console.log('begins'); for (;;);" });
  await kernel.until(() => kernel.heardOf(id).includes("stream begins\n"));
  kernel.process.kill("SIGINT");
  expect((await kernel.answerTo(id)).reply).toMatchObject({ ename: "Interrupted" });
});

test("what a cell prints after its end belongs to it", async () => {
  const kernel = await startKernel();
  const first = await kernel.send("execute_request", {
    code: "const gate = new Promise((open) => { globalThis.open = open; }); gate.then(() => console.log('of the first')); 1",
  });
  await kernel.answerTo(first);
  const second = await kernel.execute("open(); await gate; console.log('of the second')");
  await kernel.until(() => kernel.heardOf(first).includes("stream of the first\n"));
  expect(second.heard).toContain("stream of the second\n");
  expect(second.heard).not.toContain("stream of the first\n");
});

test("completion knows live members, names, keywords and import paths", async () => {
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, "helper.ts"), "");
  fs.mkdirSync(path.join(folder, "node_modules/some-package"), { recursive: true });
  const kernel = await startKernel(folder);
  await kernel.execute(
    "const table = { alpha: 1, nested: { beta: [1] }, get danger() { throw new Error('called'); } }; const größe = 1",
  );
  const complete = async (code: string, cursor = Array.from(code).length) => {
    const { reply } = await kernel.ask("complete_request", { code, cursor_pos: cursor });
    return [reply.matches, Array.from(code).slice(reply.cursor_start, reply.cursor_end).join("")];
  };
  expect(await complete("table.")).toEqual([["alpha", "nested", "danger"], ""]);
  expect(await complete("'😀'; table.al")).toEqual([["alpha"], "al"]);
  expect((await complete("table.nested?.beta.fla"))[0]).toEqual(["flat", "flatMap"]);
  expect((await complete("table.danger.x"))[0]).toEqual([]);
  expect((await complete("ta"))[0]).toContain("table");
  expect((await complete("grö"))[0]).toEqual(["größe"]);
  expect((await complete("process.std"))[0].sort()).toEqual(["stderr", "stdin", "stdout"]);
  expect((await complete("inter"))[0]).toContain("interface");
  expect(await complete('import { x } from "./he')).toEqual([["./helper.ts"], "./he"]);
  expect((await complete("import fs from 'node:fs"))[0]).toEqual(["node:fs/promises"]);
  expect((await complete("await import('some"))[0]).toEqual(["some-package"]);
  expect((await complete("table.al + 1", 8))[0]).toEqual(["alpha"]);
});

test("inspection shows what a live name holds", async () => {
  const kernel = await startKernel();
  await kernel.execute("class Model { fit() {} }; const scores = [0.5, 0.7]");
  const inspect = async (code: string) =>
    (await kernel.ask("inspect_request", { code, cursor_pos: code.length })).reply;
  expect(await inspect("scores")).toMatchObject({
    found: true,
    data: { "text/plain": "scores: Array\n\n[ 0.5, 0.7 ]" },
  });
  expect((await inspect("Model")).data["text/plain"]).toMatch(/^Model: class\n\nclass Model \{\n/);
  expect(await inspect("nothing")).toMatchObject({ status: "ok", found: false });
});

test("a client learns whether more lines are needed", async () => {
  const kernel = await startKernel();
  const isComplete = async (code: string) => (await kernel.ask("is_complete_request", { code })).reply;
  expect(await isComplete("const x: number = 1")).toEqual({ status: "complete" });
  expect(await isComplete("function f() {")).toEqual({ status: "incomplete", indent: "  " });
  expect(await isComplete("`text")).toMatchObject({ status: "incomplete" });
  expect(await isComplete("const x = );")).toEqual({ status: "invalid" });
});

test("a message that is not signed, or is damaged, is not answered and harms nothing", async () => {
  const kernel = await startKernel();
  await kernel.sendRaw(["<IDS|MSG>", "0".repeat(64), "{}", "{}", "{}", "{}"]);
  await kernel.sendRaw(["nonsense"]);
  expect((await kernel.execute("1")).heard).toContain("execute_result 1");
});

test("a kernel that is shut down leaves nothing behind", async () => {
  const kernel = await startKernel();
  const { heard } = await kernel.execute(
    "import { spawn } from 'node:child_process'; console.log([process.pid, spawn('sleep', ['600']).pid].join())",
  );
  const pids =
    heard
      .find((text) => text.startsWith("stream"))
      ?.slice("stream ".length)
      .split(",")
      .map(Number) ?? [];
  const ended = once(kernel.process, "exit");
  await kernel.ask("shutdown_request", { restart: false });
  expect(await ended).toEqual([0, null]);
  // Killed is not gone yet.
  for (const pid of pids) await expect.poll(() => isAlive(pid)).toBe(false);
});

test("a session does not outlive its kernel, whatever runs in it", async () => {
  for (const code of ["", "for (;;);"]) {
    const kernel = await startKernel();
    const id = await kernel.send("execute_request", { code: `console.log(process.pid); ${code}` });
    const pid = () =>
      Number(
        kernel
          .heardOf(id)
          .find((text) => text.startsWith("stream"))
          ?.slice("stream ".length),
      );
    await kernel.until(() => pid() > 0);
    kernel.process.kill("SIGKILL");
    await expect.poll(() => isAlive(pid())).toBe(false);
  }
});

test("the kernel is installed where Jupyter looks for it", async () => {
  const folder = temporaryFolder();
  const { stdout, code } = await millrace(["notebook", "install"], { env: { JUPYTER_DATA_DIR: folder } });
  expect(code).toBe(0);
  const file = path.join(folder, "kernels/millrace/kernel.json");
  expect(stdout).toContain(`installed the kernel millrace: ${file}`);
  expect(stdout).toContain("VS Code");
  const spec = JSON.parse(fs.readFileSync(file, "utf8"));
  expect(spec).toMatchObject({
    display_name: "TypeScript (Millrace)",
    language: "typescript",
    interrupt_mode: "message",
  });
  expect(spec.argv.slice(2)).toEqual(["notebook", "kernel", "{connection_file}"]);
  const prefixed = await millrace(["notebook", "install", "--prefix", folder, "--name", "mine"]);
  expect(prefixed.stdout).toContain(path.join(folder, "share/jupyter/kernels/mine/kernel.json"));
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that is dead, and not yet waited for by whoever inherited it, counts as gone.
    return !fs.readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}
