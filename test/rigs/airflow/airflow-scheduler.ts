import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { freePort } from "../free-port.ts";
import { temporaryFolder } from "../harness.ts";
import type { AirflowHome } from "./airflow-home.ts";

const POLL_MS = 500;
const END_MS = 10_000;

/** A whole Airflow 3: what reads DAGs, what starts their runs, and the server of its REST API. */
export interface AirflowScheduler {
  readonly url: string;
  readonly token: string;
  /** The ends of what its processes have written. */
  said(): string;
}

/** Resolves once the server answers; all of it ends with the test. */
export async function startAirflow(
  home: AirflowHome,
  more: Readonly<Record<string, string>>,
): Promise<AirflowScheduler> {
  const [port, logs] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const folder = temporaryFolder();
  const env = {
    ...home.env,
    ...more,
    ...{ AIRFLOW__API__PORT: String(port), AIRFLOW__API__HOST: "127.0.0.1", AIRFLOW__API__WORKERS: "1" },
    ...{ AIRFLOW__API__BASE_URL: url, AIRFLOW__CORE__EXECUTION_API_SERVER_URL: `${url}/execution/` },
    ...{ AIRFLOW__CORE__EXECUTOR: "LocalExecutor", AIRFLOW__CORE__PARALLELISM: "2" },
    ...{
      AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS: "True",
      AIRFLOW__API_AUTH__JWT_SECRET: "of-this-test-".repeat(4),
    },
    ...{ AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT: String(logs), AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL: "5" },
  };
  const files: string[] = [];
  const children = ["api-server", "scheduler", "dag-processor"].map((part) => {
    const file = path.join(folder, part);
    files.push(file);
    const out = fs.openSync(file, "w");
    const child = spawn(home.program("airflow"), [part], { env, detached: true, stdio: ["ignore", out, out] });
    fs.closeSync(out);
    return child;
  });
  onTestFinished(async () => void (await Promise.all(children.map(ended))));
  const said = () => files.map((file) => fs.readFileSync(file, "utf8").slice(-4000)).join("\n");
  for (;;) {
    if (children.some(({ exitCode }) => exitCode !== null)) throw new Error(`Airflow does not start: ${said()}`);
    const token = await tokenOf(url);
    if (token !== null) return { url, token, said };
    await sleep(POLL_MS);
  }
}

async function tokenOf(url: string): Promise<string | null> {
  const answer = await fetch(`${url}/auth/token`).catch(() => null);
  if (answer === null || !answer.ok) return null;
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** With all processes that it has started. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "exit");
  kill(child.pid, "SIGTERM");
  await Promise.race([closed, sleep(END_MS, undefined, { ref: false })]);
  kill(child.pid, "SIGKILL");
  await closed;
}

function kill(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // All of them have ended.
  }
}
