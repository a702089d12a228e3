import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { describeWith } from "../../rigs/describe-with.ts";
import { type Finished, millrace, readArtifacts } from "../../rigs/harness.ts";
import { type Account, accountForFile, PRODUCTION } from "./account-for-file.ts";

const FATES = fileURLToPath(new URL("flows/fates.ts", import.meta.url));
const SLOW = 1_200_000;

describeWith(PRODUCTION, "what becomes of a run on Step Functions", () => {
  const account = accountForFile();
  let deployed: Finished;
  beforeAll(async () => {
    // Nothing but these tests starts runs.
    deployed = await account().ask("deploy", FATES, "step-functions", "--paused");
  }, SLOW);

  async function trigger(...args: readonly string[]): Promise<string> {
    const { stdout } = await account().ask("deployment", "trigger", "FatesFlow", ...args);
    return stdout.trim();
  }

  test("a task that fails ends the run, which is resumed from a laptop", { timeout: SLOW }, async () => {
    const aws = account();
    const { name, status } = await aws.ended(await trigger("--fails", "true", "--width", "3"));
    expect(status).toBe("FAILED");
    const failed = aws.run(deployed);
    expect(failed.summary.status).toBe("failed");
    // EventBridge tells of this end, too: it is recorded already, so no job starts.
    const told = await aws.start(`${aws.machineOf(deployed)}-ended`, { ended: name });
    expect(await aws.ended(told)).toMatchObject({ status: "SUCCEEDED" });
    expect(await aws.statesOf(told)).not.toContain("finish the ended run");
    const env = { ...aws.env, FATES_FIXED: "1" };
    const resumed = await millrace(["resume", FATES, "--origin-run-id", failed.run], { env, datastore: aws.datastore });
    expect(resumed.code, resumed.stderr).toBe(0);
    const run = aws.run(resumed);
    expect(run.run).not.toBe(failed.run);
    expect(readArtifacts(run, "end")).toMatchObject({ seen: 3 });
  });

  test("@catchError concludes a task whose container is killed", { timeout: SLOW }, async () => {
    const aws = account();
    const execution = await trigger("--hangs", "true");
    docker("kill", await containerOf("wait", account()));
    expect(await aws.ended(execution)).toMatchObject({ status: "SUCCEEDED" });
    const run = aws.run(deployed);
    expect(run.summary.status).toBe("succeeded");
    expect(readArtifacts(run, "end")["note"]).toBeInstanceOf(Error);
  });

  test("a run whose execution was stopped is recorded as failed", { timeout: SLOW }, async () => {
    const aws = account();
    const execution = await trigger("--hangs", "true");
    const container = await containerOf("wait", aws);
    await aws.stop(execution);
    // LocalEmu lets the job go on, and tells nobody of the end: what EventBridge's rule sends is sent by hand.
    docker("kill", container);
    const { name } = await aws.ended(execution);
    const told = await aws.start(`${aws.machineOf(deployed)}-ended`, { ended: name });
    expect(await aws.ended(told)).toMatchObject({ status: "SUCCEEDED" });
    expect(await aws.statesOf(told)).toContain("finish the ended run");
    expect(aws.run(deployed).summary.status).toBe("failed");
  });
});

/** The container of the account's one job that runs that step; waits for it. Others run tests on this machine, too. */
async function containerOf(step: string, { env }: Account): Promise<string> {
  const { port } = new URL(env["AWS_ENDPOINT_URL"] ?? "");
  const own = [`MOTO_PORT=${port}`, `MILLRACE_STEP=${step}`, "MILLRACE_DEPLOYMENT=FatesFlow/1"];
  const format = "{{.Id}}{{range .Config.Env}} {{.}}{{end}}";
  for (;;) {
    const ids = docker("ps", "--quiet", "--no-trunc").split("\n").filter(Boolean);
    const lines = ids.map((id) => docker("inspect", "--format", format, id));
    const found = lines.find((line) => {
      const words = line.trim().split(" ");
      return own.every((word) => words.includes(word));
    });
    if (found !== undefined) return found.split(" ")[0] ?? "";
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function docker(...args: readonly string[]): string {
  return spawnSync("docker", args, { encoding: "utf8" }).stdout ?? "";
}
