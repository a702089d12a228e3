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
});
