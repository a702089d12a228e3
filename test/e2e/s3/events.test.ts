import { spawn } from "node:child_process";
import { once } from "node:events";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { SampleRun, started, WHOLE } from "../../datastore/sample-store.ts";
import { MOTO } from "../../rigs/aws/moto.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { millrace, ROOT } from "../../rigs/harness.ts";
import { startMillrace } from "../../rigs/started-command.ts";
import { flowFile } from "../resume/started-flow.ts";
import { serviceForFile } from "./bucket-for-file.ts";

const SCRIPT = `
  import { Run } from ${JSON.stringify(path.join(ROOT, "dist/client.js"))};
  const run = await Run.get("Sample/r1");
  for await (const event of run.events()) console.log(event.type);
  console.log(run.status);
`;

describeWith(MOTO, "the events of a run in a bucket", () => {
  const service = serviceForFile();

  /** A run that this process works on. */
  async function runningSample(datastore: string): Promise<SampleRun> {
    const sample = new SampleRun(openDatastore(datastore), "r1", { createdAt: Date.now() });
    await sample.record.writeHeartbeat({ format: 1, host: os.hostname(), pid: process.pid, time: Date.now() });
    return sample.events({ type: "run-started" });
  }

  test("are what status --watch shows, until the run is over", async () => {
    const datastore = await service().store();
    const sample = await runningSample(datastore);
    const watch = startMillrace(["status", "Sample/r1", "--watch"], service().machine(datastore));
    await watch.said("Sample run r1");
    sample.events(...WHOLE.slice(1));
    expect(await watch.exit()).toMatchObject({ code: 0 });
    expect(watch.text()).toMatch(/✓ train: 2\/2 done in .*\n✓ join: .*\n✓ end: .*\nsucceeded Sample r1 in/);
  });

  test("end with a run that stop ends, for which its scheduler looks once a heartbeat", async () => {
    const at = service().machine(await service().store());
    const env = { ...at.env, TRACE: `${at.env["HOME"] ?? ""}/trace` };
    const run = startMillrace(["run", flowFile("busy.ts")], { ...at, env });
    await run.said("spawned");
    const stop = await millrace(
      ["stop", "BusyFlow/latest:any"],
      service().machine(at.datastore, { MILLRACE_USER: "bob" }),
    );
    expect(stop.code, stop.stderr).toBe(0);
    expect(stop.stderr).toContain("sees that within ten seconds");
    expect(await run.exit(), run.text()).toMatchObject({ code: 130 });
    expect(run.text()).toMatch(/failed BusyFlow \S+ after .*: stopped by bob on/);
    const looks = (await service().proxy.requests()).filter(({ key, op }) => key.includes("stop.json") && op === "get");
    expect(looks.length).toBeLessThanOrEqual(3);
  });

  test("come as they are written, each once, and waiting for them is a request a second", async () => {
    const datastore = await service().store();
    const sample = await runningSample(datastore);
    const { env } = service().machine(datastore);
    const child = spawn(process.execPath, ["--input-type=module", "-e", SCRIPT], {
      env: { ...process.env, MILLRACE_DATASTORE: datastore, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    const closed = once(child, "close");

    await expect.poll(() => said).toBe("run-started\n");
    await service().proxy.clear();
    const began = Date.now();
    await sleep(5_000);
    const seconds = (Date.now() - began) / 1000;
    const idle = await service().proxy.requests();
    expect(idle.length, JSON.stringify(idle)).toBeLessThanOrEqual(Math.ceil(seconds) + 2);
    expect(new Set(idle.map(({ op }) => op))).toEqual(new Set(["get"]));

    sample.events(started("start", 1, { kind: "start" }));
    await expect.poll(() => said).toBe("run-started\ntask-started\n");
    sample.events({ type: "run-finished", status: "failed", reason: "interrupted" });
    await closed;
    expect(said).toBe("run-started\ntask-started\nrun-finished\nfailed\n");
  });
});
