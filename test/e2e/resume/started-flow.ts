import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import type { RunEvent } from "../../../runtime/datastore/run-event.ts";
import { MILLRACE, ROOT, TSX } from "../../rigs/harness.ts";

export interface StartOptions {
  readonly datastore: string;
  readonly env?: Readonly<Record<string, string>>;
  /** @defaultValue `millrace`: one process, so that a signal meets the scheduler itself */
  readonly by?: "millrace" | "tsx";
}

/** A run under way, whose events the test can wait for and whose processes it can reach. */
export interface StartedFlow {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Events so far. */
  readonly events: readonly RunEvent[];
  stderr(): string;
  /** Resolves with the first event that fits, those of the past included. */
  event(fits: (event: RunEvent) => boolean): Promise<RunEvent>;
  /** Resolves once stderr, where people read, has this text. */
  said(text: string): Promise<void>;
  exit(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Resolves when no process of this run is left; fails if that takes too long. */
  allGone(): Promise<void>;
  /** Processes of this run that are alive. */
  processes(): number[];
}

export function flowFile(name: string): string {
  return fileURLToPath(new URL(`flows/${name}`, import.meta.url));
}

const left = new Set<() => number[]>();

/** What a failed test has left. */
afterAll(() => {
  for (const processes of left) for (const pid of processes()) process.kill(pid, "SIGKILL");
});

/** Starts `run --json` and does not wait for its end. */
export function startFlow(file: string, args: readonly string[], options: StartOptions): StartedFlow {
  const mark = `MILLRACE_E2E_MARK=${randomUUID()}`;
  const [command = "", ...rest] = args;
  const argv = options.by === "tsx" ? [TSX, file, command, ...rest] : [MILLRACE, command, file, ...rest];
  const child = spawn(process.execPath, [...argv, "--json"], {
    cwd: ROOT,
    env: {
      ...process.env,
      MILLRACE_DATASTORE: options.datastore,
      MILLRACE_E2E_MARK: mark.split("=")[1],
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, as a shell gives it: Ctrl-C reaches all of it.
    detached: true,
  });
  const events: RunEvent[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const one of waiting) one();
  };
  let unfinished = "";
  let stderr = "";
  let isOver = false;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = (unfinished + text).split("\n");
    unfinished = lines.pop() ?? "";
    for (const line of lines) events.push(JSON.parse(line) as RunEvent);
    wake();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    wake();
  });
  const closed = once(child, "close").then(([code, signal]: unknown[]) => {
    isOver = true;
    wake();
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  const until = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const check = () => {
        const found = look();
        if (found === undefined && !isOver) return;
        waiting.delete(check);
        if (found === undefined) reject(new Error(`the run ended before that:\n${stderr}`));
        else resolve(found);
      };
      waiting.add(check);
      check();
    });
  const processes = () => processesWith(mark);
  left.add(processes);

  return {
    child,
    pid: child.pid ?? 0,
    events,
    stderr: () => stderr,
    event: (fits) => until(() => events.find(fits)),
    said: (text) => until(() => (stderr.includes(text) ? true : undefined)).then(() => undefined),
    exit: () => closed,
    async allGone() {
      const deadline = Date.now() + 60_000;
      while (processes().length > 0) {
        if (Date.now() > deadline) throw new Error(`these are still alive: ${processes().join(", ")}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    processes,
  };
}

/** Ids of the processes that inherited this variable; a dead one that nobody has waited for does not count. */
export function processesWith(mark: string): number[] {
  return fs.readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const isMarked = fs
        .readFileSync(path.join("/proc", name, "environ"), "latin1")
        .split("\0")
        .includes(mark);
      return isMarked ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}
