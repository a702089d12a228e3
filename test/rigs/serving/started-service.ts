import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { onTestFinished } from "vitest";
import { ROOT } from "../harness.ts";
import { ESM, link, makeProject, STANDARD } from "../project.ts";

/** `tsx service.ts serve`, and its answers. */
export interface StartedService {
  readonly address: string;
  readonly child: ChildProcess;
  /** Lines that it printed as JSON. */
  said(): readonly ServiceLine[];
  /** Gives the first note that has this, once it is there. */
  noted(part: string): Promise<string>;
  /** Ids of its worker processes. */
  workers(): number[];
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>;
  get(path: string): Promise<Response>;
  /** SIGTERM, and how it ended. */
  stop(signal?: NodeJS.Signals): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export interface ServiceLine {
  readonly type: string;
  readonly text?: string;
  readonly address?: string;
  readonly model?: string | null;
}

export interface StartServiceOptions {
  readonly args?: readonly string[];
  readonly datastore?: string;
}

/** What `tsx` starts, whose process would stand between the test and the server. */
const TSX = path.join(ROOT, "node_modules/tsx/dist");
const AS_TSX = [
  "--require",
  path.join(TSX, "preflight.cjs"),
  "--import",
  pathToFileURL(path.join(TSX, "loader.mjs")).href,
];

/** A project with one service, with zod installed. */
export function serviceProject(source: string): string {
  const folder = makeProject({ "service.ts": source, "package.json": ESM, "tsconfig.json": STANDARD });
  link(path.join(ROOT, "node_modules/zod"), path.join(folder, "node_modules/zod"));
  return folder;
}

/** Starts the service of a project, and waits until it listens. It is killed when the test is over. */
export function startService(folder: string, options: StartServiceOptions = {}): Promise<StartedService> {
  return startServiceFile(path.join(folder, "service.ts"), options);
}

/** The same for the file of a service. */
export async function startServiceFile(file: string, options: StartServiceOptions = {}): Promise<StartedService> {
  const folder = path.dirname(file);
  const { args = [], datastore = path.join(folder, "store") } = options;
  const command = [...AS_TSX, file, "serve", "--port", "0", "--json", "--workers", "1", ...args];
  const child = spawn(process.execPath, command, {
    cwd: folder,
    env: { ...process.env, MILLRACE_DATASTORE: datastore },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const closed = once(child, "close").then(([code, signal]: unknown[]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  const lines = () => stdout.split("\n").slice(0, -1).flatMap(lineIn);
  const found = async <T>(look: () => T | undefined, what: string): Promise<T> => {
    for (let isOver = false; ;) {
      const value = look();
      if (value !== undefined) return value;
      if (isOver) throw new Error(`it ended before ${what}:\n${stdout}${stderr}`);
      isOver = await Promise.race([moment(20).then(() => false), closed.then(() => true)]);
    }
  };
  const address = await found(() => lines().find(({ type }) => type === "listening")?.address, "it listened");
  return {
    address,
    child,
    said: lines,
    noted: (part) => found(() => lines().find(({ text }) => text?.includes(part))?.text, `it said ${part}`),
    workers: () => workersOf(child.pid ?? 0),
    post: (to, body, headers = {}) =>
      fetch(`${address}${to}`, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { "content-type": "application/json", ...headers },
      }),
    get: (from) => fetch(`${address}${from}`),
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      return closed;
    },
  };
}

/** What a service's own code prints is none of ours. */
function lineIn(line: string): ServiceLine[] {
  return line.startsWith("{") ? [JSON.parse(line) as ServiceLine] : [];
}

function workersOf(pid: number): number[] {
  const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  return children.filter((one) => {
    try {
      return fs.readFileSync(`/proc/${one}/cmdline`, "utf8").includes("service-worker.js");
    } catch {
      return false;
    }
  });
}

export function moment(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
