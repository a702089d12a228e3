import { type ChildProcess, spawn } from "node:child_process";
import { ownFile } from "../../../own-file.ts";

/** From the wish that it ends until its tasks are killed, and from there until it is. */
const ASKED_MS = 500;
const KILLED_MS = 3_000;

export interface SpinExit {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly durationMs: number;
}

/** One `spin` in a process of its own: it reads the flow afresh, and what it prints is the user's. */
export class SpinProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<SpinExit>;
  isStopped = false;

  constructor(words: readonly string[], { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }) {
    const startedAt = Date.now();
    this.#child = spawn(process.execPath, [ownFile("bin.js"), "spin", ...words], {
      ...{ cwd, env },
      stdio: ["ignore", "inherit", "inherit"],
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.on("error", reject);
      this.#child.on("exit", (code) => resolve({ code, durationMs: Date.now() - startedAt }));
    });
  }

  /** Asks it to end, then has its task killed, then kills it. */
  async stop(): Promise<SpinExit> {
    this.isStopped = true;
    this.#child.kill("SIGINT");
    const timers = [
      setTimeout(() => this.#child.kill("SIGINT"), ASKED_MS),
      setTimeout(() => this.#child.kill("SIGKILL"), ASKED_MS + KILLED_MS),
    ];
    try {
      return await this.ended;
    } finally {
      for (const timer of timers) clearTimeout(timer);
    }
  }
}
