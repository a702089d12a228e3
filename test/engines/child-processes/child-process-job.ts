import { type ChildProcess, spawn } from "node:child_process";
import { environment } from "../../../runtime/config.ts";
import type { JobEnd, JobGroup } from "../../../runtime/engines/jobs/job-service.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

export const INDEX_VARIABLE = "CHILD_PROCESS_INDEX";
const GRACE_MS = 8000;

/** One job of a group. */
export class ChildProcessJob {
  readonly #child: ChildProcess;
  readonly #over: Promise<void>;
  #output = "";
  #isStopped = false;
  end: JobEnd | null = null;

  constructor({ command, env }: JobGroup, index: number) {
    const [program = "", ...args] = command;
    const folder = temporaryFolder();
    const places = { HOME: folder, TMPDIR: folder, [INDEX_VARIABLE]: String(index) };
    this.#child = spawn(program, args, { env: { ...environment(), ...env, ...places }, cwd: folder });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on("data", (piece: Buffer) => (this.#output += String(piece)));
    this.#over = new Promise((resolve) => {
      this.#child.on("close", (exitCode, signal) => {
        const kind = this.#isStopped ? "stopped" : "exited";
        this.end = { kind, exitCode, reason: signal, details: [] };
        resolve();
      });
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#child.kill("SIGTERM");
    setTimeout(() => this.#child.kill("SIGKILL"), GRACE_MS).unref();
  }

  async close(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#over;
  }

  lastLines(): string[] {
    return this.#output.trimEnd().split("\n").slice(-20);
  }
}
