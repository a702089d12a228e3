import type { ChildProcess } from "node:child_process";
import { describe, expect, test } from "vitest";
import { spawnWorker } from "../../../runtime/compute/local/spawn-worker.ts";
import { temporaryFolder } from "../../e2e/harness.ts";
import { backendContract } from "./backend-contract.ts";
import { prepareStage } from "./stage.ts";

describe("processes of this machine", () => {
  backendContract(() => ({ engine: "local", datastore: temporaryFolder() }));

  test("a task that is stopped before its process hears of it ends with the reason, and the process goes on", async () => {
    const children: ChildProcess[] = [];
    const stage = await prepareStage({ engine: "local", datastore: temporaryFolder() });
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

  test.each([
    ["EAGAIN", "the system allows no more processes"],
    ["ENOMEM", "there is no memory"],
    ["EMFILE", "too many files are open"],
    ["ENFILE", "too many files are open"],
  ])(
    "a process that the system refuses with %s fails its task with the reason, and the next one may start",
    async (code, because) => {
      let refused = 0;
      const stage = await prepareStage({ engine: "local", datastore: temporaryFolder() });
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
    const stage = await prepareStage({ engine: "local", datastore: temporaryFolder() });
    const trial = await stage.open((env) => spawnWorker(env, place), place);
    expect(JSON.stringify(await trial.run("start"))).toContain(because);
    await trial.backend.close();
  });
});
