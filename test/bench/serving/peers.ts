import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { cleanEnvironment } from "../environment.ts";
import { familyOf } from "./processor-time.ts";
import type { Served } from "./served.ts";

/** What all servers of the bench are asked: to give a row back, or to put it through two layers. */
export type Question = "echo" | "matrix";

/** A server of models that others make. */
export interface Peer {
  readonly name: string;
  readonly path: string;
  body(question: Question, row: unknown): unknown;
  /** The answer to one row in what it says. */
  answer(said: unknown): unknown;
  command(of: { readonly question: Question; readonly port: number; readonly folder: string }): readonly string[];
}

const PROGRAMS = path.join(import.meta.dirname, "peers");
const READY_MS = 300_000;

/** Each in its usual form, with as many workers as it starts by itself. */
export const PEERS: readonly Peer[] = [
  {
    ...{ name: "mlflow", path: "/invocations" },
    body: (question, row) => (question === "echo" ? { dataframe_records: [row] } : { inputs: [(row as Row).row] }),
    answer: (said) => (said as { readonly predictions: readonly unknown[] }).predictions[0],
    command: ({ question, port, folder }) => [
      "python",
      path.join(PROGRAMS, "mlflow_service.py"),
      question,
      `${port}`,
      folder,
    ],
  },
  {
    ...{ name: "bentoml", path: "/ask" },
    body: (question, row) => (question === "echo" ? row : { rows: [(row as Row).row] }),
    answer: (said) => (Array.isArray(said) ? (said as readonly unknown[])[0] : said),
    command: ({ question, port }) => [
      ...["bentoml", "serve", `bento_service:${question === "echo" ? "Echo" : "Matrix"}`],
      ...["--working-dir", PROGRAMS, "--host", "127.0.0.1", "--port", `${port}`],
    ],
  },
  {
    ...{ name: "litserve", path: "/predict" },
    body: (_, row) => row,
    answer: (said) => said,
    command: ({ question, port }) => ["python", path.join(PROGRAMS, "litserve_service.py"), question, `${port}`],
  },
];

interface Row {
  readonly row: readonly number[];
}

/** The folder of their virtual environment; null, and a warning that nobody overlooks, where it is not to be had. */
export function peersFolder(): string | null {
  const script = path.join(import.meta.dirname, "../../../scripts/ensure-python.mjs");
  const env = { ...process.env, MILLRACE_BUILD_PYTHON: "1" };
  const found = spawnSync(process.execPath, [script, "serving"], { encoding: "utf8", env });
  if (found.status === 0) return found.stdout.trim();
  console.error(
    `\nWARNING: measuring Millrace alone: MLflow, BentoML and LitServe cannot be had.\n${found.stderr.trim()}\n`,
  );
  return null;
}

/** Starts a peer, and waits until it answers a row. */
export async function servedByPeer(
  peer: Peer,
  { question, row, venv, folder }: { question: Question; row: unknown; venv: string; folder: string },
): Promise<Served> {
  const port = await freePort();
  const own = mkdtempSync(path.join(folder, `${peer.name}-`));
  const [program = "", ...args] = peer.command({ question, port, folder: own });
  const bin = path.join(venv, "bin");
  const quiet = { DO_NOT_TRACK: "1", BENTOML_DO_NOT_TRACK: "True", MLFLOW_DISABLE_TELEMETRY: "true" };
  const places = { PATH: `${bin}${path.delimiter}${process.env["PATH"] ?? ""}`, HOME: own, BENTOML_HOME: own };
  const env = cleanEnvironment({ ...quiet, ...places, PYTHONWARNINGS: "ignore" });
  const startedAt = performance.now();
  const child = spawn(path.join(bin, program), args, { env, cwd: own, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-2_000)));
  const ended = once(child, "close");
  const address = `http://127.0.0.1:${port}`;
  const stop = async () => {
    const family = familyOf(child.pid ?? 0);
    child.kill("SIGTERM");
    await Promise.race([ended, after(10_000)]);
    for (const pid of family) end(pid);
  };
  const isAnswering = () => isAnswered(address + peer.path, JSON.stringify(peer.body(question, row)));
  while (!(await isAnswering())) {
    if (child.exitCode === null && performance.now() - startedAt < READY_MS) {
      await after(50);
      continue;
    }
    await stop();
    throw new Error(`${peer.name} does not answer: ${said}`);
  }
  return { address, pid: child.pid ?? 0, readyMs: performance.now() - startedAt, stop };
}

async function isAnswered(url: string, body: string): Promise<boolean> {
  try {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(url, { method: "POST", headers, body });
    await answer.text();
    return answer.ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** What a server has left behind. */
function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}
