import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { spawnWorker, startEarlyWorker } from "../../../runtime/engines/local/spawn-worker.ts";
import { environment } from "../../../runtime/config.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { backendContract } from "./backend-contract.ts";
import { prepareStage } from "./stage.ts";

describe("processes of this machine", () => {
  backendContract(() => ({ engine: null, datastore: temporaryFolder() }));

  test("a task that is stopped before its process hears of it ends with the reason, and the process goes on", async () => {
    const children: ChildProcess[] = [];
    const stage = await prepareStage({ engine: null, datastore: temporaryFolder() });
    const trial = await stage.open((env) => {
      const child = spawnWorker(env);
      children.push(child);
      return child;
    });
    const start = await trial.run("start");
    if (start.status !== "succeeded") throw new Error(JSON.stringify(start));
    const [child] = children;
    // Both messages wait for it.
    child?.kill("SIGSTOP");
    const task = trial.start("waits", { inputs: [start.result] });
    trial.backend.stop(task, { name: "AbortError", message: "nobody wants it" });
    child?.kill("SIGCONT");
    expect(await trial.endOf(task)).toMatchObject({ status: "failed", error: { message: "nobody wants it" } });
    expect(trial.linesOf(task)).toEqual([]);
    expect(await trial.run("fans", { inputs: [start.result] })).toMatchObject({ status: "succeeded" });
    expect(children).toHaveLength(1);
    await trial.backend.close();
  });

  test("a process that died before its backend had it does not hold up the tasks", async () => {
    const stage = await prepareStage({ engine: null, datastore: temporaryFolder() });
    const trial = await stage.open();
    const early = spawnWorker(environment());
    early.kill("SIGKILL");
    await once(early, "close");
    (trial.backend as unknown as { warmUp(early: unknown): void }).warmUp(early);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await trial.run("start")).toMatchObject({ status: "succeeded" });
    await trial.backend.close();
  });

  test("a process that was started early and died is not given away", async () => {
    const folder = temporaryFolder();
    const [hook, pidFile] = [path.join(folder, "dies.cjs"), path.join(folder, "pid")];
    fs.writeFileSync(
      hook,
      `require("fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); process.abort();`,
    );
    const early = startEarlyWorker({ ...environment(), NODE_OPTIONS: `--require ${hook}` });
    const isAlive = () => {
      try {
        return !fs.existsSync(pidFile) || process.kill(Number(fs.readFileSync(pidFile, "utf8")), 0);
      } catch {
        return false;
      }
    };
    while (isAlive()) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(early?.take()).toBeNull();
  });

  test("a task that its process has not taken when all is closed starts no further process", async () => {
    const children: ChildProcess[] = [];
    const stage = await prepareStage({ engine: null, datastore: temporaryFolder() });
    const trial = await stage.open((env) => {
      const child = spawnWorker(env);
      children.push(child);
      return child;
    });
    await trial.run("start");
    children[0]?.kill("SIGSTOP");
    const task = trial.start("start");
    await trial.backend.close();
    expect(await trial.endOf(task)).toMatchObject({ status: "failed" });
    expect(children).toHaveLength(1);
  });

  test.each([
    ["EAGAIN", "the system allows no more processes"],
    ["ENOMEM", "there is not enough memory"],
    ["EMFILE", "too many files are open"],
    ["ENFILE", "too many files are open"],
  ])(
    "a process that the system refuses with %s fails its task with the reason, and the next one may start",
    async (code, because) => {
      let refused = 0;
      const stage = await prepareStage({ engine: null, datastore: temporaryFolder() });
      const trial = await stage.open((env) => {
        refused += 1;
        if (refused === 1) throw Object.assign(new Error(`spawn ${code}`), { code, syscall: "spawn" });
        return spawnWorker(env);
      });
      const failed = await trial.run("start");
      expect(failed).toMatchObject({ status: "failed", isRetryable: true, isCrash: true });
      expect(JSON.stringify(failed)).toContain(because);
      expect(await trial.run("start")).toMatchObject({ status: "succeeded" });
      await trial.backend.close();
    },
  );

  test.each([
    [{ program: "/no/such/node" }, "its program is gone: /no/such/node"],
    [{ cwd: "/no/such/folder" }, "the folder in which it would run is gone: /no/such/folder"],
  ])("a process that cannot start with %o says what is missing", async (place, because) => {
    const stage = await prepareStage({ engine: null, datastore: temporaryFolder() });
    const trial = await stage.open((env) => spawnWorker(env, place), place);
    expect(JSON.stringify(await trial.run("start"))).toContain(because);
    await trial.backend.close();
  });
});
