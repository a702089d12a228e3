import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type FlowRun, readArtifacts, runFlow, tasksOf } from "../../rigs/harness.ts";
import { makeProject } from "../../rigs/project.ts";

const LINES = Array.from({ length: 3_000 }, (_, at) => `line ${at}`);

describe("what a task wrote before its process died", () => {
  let run: FlowRun;
  beforeAll(async () => {
    run = await runFlow("last-words.ts");
  }, 180_000);

  test("is in its log to the last byte and in order, however it wrote and however it died", () => {
    expect(run.code, run.stderr.slice(-2_000)).toBe(0);
    const cases = readArtifacts(run, "end")["cases"] as (readonly string[])[];
    expect(cases).toHaveLength(32);
    const wrong = cases.filter((_, index) => linesOf(run, "die", { index }).join() !== LINES.join());
    expect(wrong).toEqual([]);
  });
});

describe("a task's output", () => {
  test("never fails for want of room, while nobody reads it for a moment", async () => {
    const folder = makeProject({
      "flow.ts": flow(`
        // The launcher sleeps: all that is written has to wait for it.
        process.kill(process.ppid, "SIGSTOP");
        const wake = spawn("sh", ["-c", \`sleep 1; kill -CONT \${process.ppid}\`], { stdio: "ignore" });
        for (let at = 0; at < 20000; at += 1) fs.writeSync(1, \`raw \${at}\\n\`);
        for (let at = 0; at < 20000; at += 1) console.log(\`console \${at}\`);
        await new Promise((resolve) => wake.on("exit", resolve));
      `),
    });
    const run = await runFlow(path.join(folder, "flow.ts"));
    expect(run.code, run.stderr.slice(-2_000)).toBe(0);
    const lines = linesOf(run, "start", { pattern: /^(raw|console) / });
    const wanted = ["raw", "console"].flatMap((word) => Array.from({ length: 20_000 }, (_, at) => `${word} ${at}`));
    expect(lines.join() === wanted.join()).toBe(true);
  });

  test("keeps its order where a child process has made the shared pipe fail instead of wait", async () => {
    const folder = makeProject({
      "flow.ts": flow(`
        // Node opens its stdout so that writes fail where they would wait; it does so for all that share it.
        const child = spawn(process.execPath, ["-e", "process.stdout; setInterval(() => {}, 1000)"], { stdio: "inherit" });
        await new Promise((resolve) => setTimeout(resolve, 500));
        for (let at = 0; at < 50000; at += 1) console.log(\`line \${at}\`);
        child.kill("SIGKILL");
        await new Promise((resolve) => child.on("exit", resolve));
        process.kill(process.pid, "SIGKILL");
      `),
    });
    const run = await runFlow(path.join(folder, "flow.ts"));
    expect(run.code).toBe(1);
    expect(linesOf(run, "start")).toHaveLength(50_000);
  });

  test("goes on after a step ended and destroyed process.stdout", async () => {
    const folder = makeProject({
      "flow.ts": flow(
        `await pipeline(Readable.from(["piped\\n"]), process.stdout);
         process.stdout.end("last\\n"); process.stdout.destroy(); process.stderr.end();`,
        `console.log("out"); console.error("err");`,
      ),
    });
    const run = await runFlow(path.join(folder, "flow.ts"));
    expect(run.code, run.stderr).toBe(0);
    expect(linesOf(run, "start", { pattern: /./ })).toEqual(["piped", "last"]);
    // Between two streams there is no order.
    expect(linesOf(run, "end", { pattern: /./ }).sort()).toEqual(["err", "out"]);
  });
});

function linesOf(run: FlowRun, step: string, { index = 0, pattern = /^line \d+$/ } = {}): string[] {
  const task = tasksOf(run, step)[index]?.task ?? -1;
  const log = run.store.record(run.flow, run.run).log({ step, task, attempt: 0 });
  return [...log].map(({ text }) => text).filter((text) => pattern.test(text));
}

function flow(start: string, end = ""): string {
  return `
    import { spawn } from "node:child_process";
    import fs from "node:fs";
    import { Readable } from "node:stream";
    import { pipeline } from "node:stream/promises";
    import { FlowSpec, main, step } from "millrace";
    class OutputFlow extends FlowSpec {
      @step async start() { ${start} this.next(this.end); }
      @step end() { ${end} }
    }
    main(OutputFlow);
    void [fs, spawn, Readable, pipeline];
  `;
}
