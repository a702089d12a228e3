import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { Socket } from "node:net";
import path from "node:path";
import { freePort } from "../free-port.ts";

const FINDER = path.join(import.meta.dirname, "../../../scripts/ensure-moto.mjs");
const PORTS_TRIED = 5;
/** Ends the server when its own stdin ends: a killed test leaves none behind. */
const GUARD = `exec 3<&0; "$0" "$@" & server=$!; { cat <&3 >/dev/null; kill $server 2>/dev/null; } & wait $server`;

/** A server that answers like AWS and holds everything in memory. */
export interface Moto {
  readonly url: string;
  stop(): Promise<void>;
}

const found = spawnSync(process.execPath, [FINDER], { encoding: "utf8" });
const program = found.stdout.trim();

/** What keeps one from being started; null for nothing. */
export const MOTO = { name: "moto", missing: found.status === 0 ? null : found.stderr.trim() };

/** Resolves once it answers. */
export async function startMoto(): Promise<Moto> {
  for (let tried = 1; ; tried += 1) {
    const port = await freePort();
    const moto = await startAt(port);
    if (moto !== null) return moto;
    // Between asking for a port and taking it, another program may have taken it.
    if (tried === PORTS_TRIED) throw new Error(`${program} ended at once on ${PORTS_TRIED} ports`);
  }
}

/** An empty bucket of its own for each test that asks. */
export async function makeBucket(moto: string): Promise<string> {
  const name = `bucket-${randomBytes(6).toString("hex")}`;
  const answer = await fetch(`${moto}/${name}`, {
    method: "PUT",
    headers: { authorization: authorization("us-east-1") },
  });
  if (!answer.ok) throw new Error(`no bucket: ${answer.status} ${await answer.text()}`);
  return name;
}

/** What leads a process to a server of this kind, and to nothing else. */
export function awsEnvironment(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "testing",
    AWS_SECRET_ACCESS_KEY: "testing",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
}

/** moto reads account, region and service from it and checks nothing. */
export function authorization(region: string, service = "s3"): string {
  return `AWS4-HMAC-SHA256 Credential=testing/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

async function startAt(port: number): Promise<Moto | null> {
  const child = spawn("sh", ["-c", GUARD, program, "-H", "127.0.0.1", "-p", String(port)], {
    // Containers of jobs share this machine's network, and so reach the server where the tests do.
    env: { ...process.env, MOTO_PORT: String(port), MOTO_DOCKER_NETWORK_MODE: "host" },
    stdio: ["pipe", "ignore", "ignore"],
  });
  const ended = once(child, "exit");
  const url = `http://127.0.0.1:${port}`;
  while (child.exitCode === null) {
    if (!(await answers(url))) continue;
    // It ends with this process, and does not keep it.
    child.unref();
    if (child.stdin instanceof Socket) child.stdin.unref();
    return { url, stop: () => stop(child, { url, ended }) };
  }
  return null;
}

async function stop(child: ChildProcess, { url, ended }: { url: string; ended: Promise<unknown> }): Promise<void> {
  // Ends the containers of its jobs, which would outlive it.
  await fetch(`${url}/moto-api/reset`, { method: "POST" }).catch(() => undefined);
  child.stdin?.end();
  await ended;
  removeContainers(new URL(url).port);
}

/** Jobs that were just ended leave their containers behind when the server goes. */
function removeContainers(port: string): void {
  const docker = (...args: string[]) => spawnSync("docker", args, { encoding: "utf8" }).stdout ?? "";
  const ids = docker("ps", "--all", "--quiet").split("\n").filter(Boolean);
  if (ids.length === 0) return;
  const format = "{{.Id}}{{range .Config.Env}} {{.}}{{end}}";
  const own = docker("inspect", "--format", format, ...ids)
    .split("\n")
    .filter((line) => line.split(" ").includes(`MOTO_PORT=${port}`));
  if (own.length > 0) docker("rm", "--force", ...own.map((line) => line.split(" ")[0] ?? ""));
}

/** Refused at once until it listens, hence the pause. */
async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/moto-api/data.json`, { signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 25));
    return false;
  }
}
