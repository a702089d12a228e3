import path from "node:path";
import { expect, test } from "vitest";
import { logOf, runFlow, tasksOf, tsx } from "../../rigs/harness.ts";
import { makeProject } from "../../rigs/project.ts";

function flowOf(body: string): string {
  return `
  import fs from "node:fs";
  import { FlowSpec, catchError, env, main, retry, step } from "millrace";
  class StartsFlow extends FlowSpec { failure?: Error; ${body} }
  main(StartsFlow);
  void [fs, catchError, env, retry];
`;
}

test("a variable that is longer than the system allows fails its step after its retries, and is named with the limit", async () => {
  const folder = makeProject({
    "flow.ts": flowOf(`
      @step start() { this.next(this.wide); }
      @retry({ times: 1, delay: 0 })
      @env({ vars: { SMALL: "x", TABLE: "é".repeat(70_000) } })
      @step wide() { this.next(this.end); }
      @step end() {}
    `),
  });
  const run = await runFlow(path.join(folder, "flow.ts"));
  expect(run.code).toBe(1);
  expect(run.summary.status).toBe("failed");
  const [wide] = tasksOf(run, "wide");
  expect(wide?.attempts).toHaveLength(2);
  expect(wide?.error).toMatchObject({ name: "ProcessNotStarted", code: "MILLRACE_PROCESS_NOT_STARTED" });
  expect(wide?.error?.message).toContain("the environment variable TABLE is too long: it takes 140007 bytes");
  expect(wide?.error?.message).toContain("131072 bytes (128 KiB)");
});

test("many variables that are too big together are caught, and the biggest are named", async () => {
  const names = Array.from({ length: 60 }, (_, at) => `V${at}: "x".repeat(${at === 7 ? 120_000 : 100_000})`).join();
  const folder = makeProject({
    "flow.ts": flowOf(`
      @catchError({ as: "failure" })
      @env({ vars: { ${names} } })
      @step start() { this.next(this.end); }
      @step end() { console.log(this.failure?.message); }
    `),
  });
  const run = await runFlow(path.join(folder, "flow.ts"));
  expect(run.code, run.stderr).toBe(0);
  expect(logOf(run, "end")).toMatch(/its environment is too big: 6\.\d MB in all, most of it in V7 \(120 kB\)/);
});

test("spin fails the same way", async () => {
  const source = (length: number) =>
    flowOf(`
      @env({ vars: { LONG: "x".repeat(${length}) } })
      @step start() { this.next(this.end); }
      @step end() {}
    `);
  const folder = makeProject({ "flow.ts": source(10), "later/flow.ts": source(150_000) });
  const run = await runFlow(path.join(folder, "flow.ts"));
  expect(run.code, run.stderr).toBe(0);
  const spun = await tsx(path.join(folder, "later/flow.ts"), ["spin", "start"], { datastore: run.datastore });
  expect(spun.code).toBe(1);
  expect(spun.stdout + spun.stderr).toContain("the environment variable LONG is too long");
  expect(spun.stderr).not.toMatch(/\n\s+at .*node:internal/);
});

test("a run whose folder is removed under it fails, and says that the folder is gone", async () => {
  const folder = makeProject({
    "flow.ts": flowOf(`
      @step start() { fs.rmSync(process.cwd(), { recursive: true }); process.exitCode = 0; this.next(this.end); }
      @retry({ times: 0 }) @step end() {}
    `),
    "there/readme.txt": "",
  });
  const run = await runFlow(path.join(folder, "flow.ts"), ["run", "--isolation", "process"], {
    cwd: path.join(folder, "there"),
  });
  expect(run.code).toBe(1);
  expect(run.summary.status).toBe("failed");
  expect(tasksOf(run, "end")[0]?.error?.message).toMatch(/folder|cwd/);
});
