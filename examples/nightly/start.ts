import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import { Flow, type Run } from "millrace/client";
import type { ScoreFlow } from "./score.ts";

// All of production on this machine: deploys the three flows, starts a scheduler, publishes the event, and waits for the last flow.
const datastore = process.env["MILLRACE_DATASTORE"] ?? (await mkdtemp(join(tmpdir(), "nightly-")));
const env = { ...process.env, MILLRACE_DATASTORE: datastore };
const millrace = fileURLToPath(new URL("bin.js", import.meta.resolve("millrace")));
for (const name of ["etl.ts", "train.ts", "score.ts"])
  await command("deploy", fileURLToPath(new URL(name, import.meta.url)), "local");
const began = new Date();
const scheduler = spawn(process.execPath, [millrace, "scheduler"], { env, stdio: "inherit" });
const ended = once(scheduler, "exit");
try {
  await command("event", "publish", "weather-arrived", "--data", '{"until":"2015-06-30"}');
  const run = await Promise.race([scored(), ended.then(() => Promise.reject(new Error("the scheduler has ended")))]);
  console.log(
    `${run.pathspec} ${run.status}: the day after ${await run.data.after} has ${(await run.data.high).toFixed(1)} °C`,
  );
} finally {
  scheduler.kill("SIGTERM");
  await ended;
}

async function command(...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [millrace, ...args], { env, stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`millrace ${args[0] ?? ""} ended with ${code ?? "a signal"}`);
}

/** The run of the last flow that starts from now on; none comes where one before it failed. */
async function scored(): Promise<Run<ScoreFlow>> {
  for (;;) {
    for (const flow of await Flow.list({ datastore })) {
      const [run] = await flow.runs({ after: began, limit: 1 }).toArray();
      if (run === undefined) continue;
      if (run.status === "failed") throw new Error(`${run.pathspec} failed`);
      if (run.flow === "ScoreFlow" && run.status === "succeeded") return run as Run<ScoreFlow>;
    }
    await pause(200);
  }
}
