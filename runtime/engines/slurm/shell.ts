import { spawn } from "node:child_process";
import path from "node:path";
import type { Environment } from "../../settings/environment.ts";
import { OWN_GROUP, signalGroup } from "../../process/signal-group.ts";
import { CommandFailure, SSH_FAILED } from "./command-failure.ts";
import { jobEnvironment } from "./job-environment.ts";
import { shellQuoted } from "./shell-quoted.ts";

/** A controller that is away makes each command wait nine seconds; a busy one, longer. */
const LIMIT_MS = 60_000;
const NOT_FOUND = 127;
const SSH = ["-o", "BatchMode=yes", "-o", "ConnectTimeout=20", "-o", "ServerAliveInterval=15"];

export interface ShellOptions {
  /** Where commands run, by `ssh`; null for this machine. */
  readonly host: string | null;
  /** Folder of Slurm's own commands; null where they are on PATH. */
  readonly bin: string | null;
  readonly env: Environment;
}

export interface CommandInput {
  readonly stdin?: string | Uint8Array;
  readonly limitMs?: number;
}

/** Runs commands where Slurm's are: on this machine, or on a login node. */
export class Shell {
  readonly host: string | null;
  readonly #bin: string | null;
  readonly #env: Environment;

  constructor({ host, bin, env }: ShellOptions) {
    this.host = host;
    this.#bin = bin;
    // What `sbatch` has in its environment, its jobs get.
    this.#env = host === null ? jobEnvironment(env) : env;
  }

  /** Slurm's program of that name, with its arguments. */
  slurm(name: string, args: readonly string[], options?: CommandInput): Promise<string> {
    return this.run([this.place(name), ...args], options);
  }

  /** How a program of Slurm's is called. */
  place(name: string): string {
    return this.#bin === null ? name : path.posix.join(this.#bin, name);
  }

  /**
   * What a command writes to stdout.
   * @throws CommandFailure
   */
  run(command: readonly string[], { stdin = "", limitMs = LIMIT_MS }: CommandInput = {}): Promise<string> {
    const { host } = this;
    const [program = "", ...args] = command;
    const [file, given] =
      host === null ? [program, args] : ["ssh", [...SSH, "--", host, command.map(shellQuoted).join(" ")]];
    return new Promise((resolve, reject) => {
      const fail = (parts: Pick<CommandFailure, "kind" | "exitCode" | "said">) =>
        reject(new CommandFailure({ ...parts, program: path.posix.basename(program), host }));
      // Ctrl-C is for the launcher: what ends its jobs must not end with it.
      const child = spawn(file, given, { ...OWN_GROUP, env: this.#env, stdio: "pipe" });
      const [out, said]: [Buffer[], Buffer[]] = [[], []];
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        if (child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
      }, limitMs);
      child.stdout.on("data", (piece: Buffer) => out.push(piece));
      child.stderr.on("data", (piece: Buffer) => said.push(piece));
      // One that ends early does not read it all; its exit code says why.
      child.stdin.on("error", () => undefined).end(stdin);
      child.on("error", (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        if (error.code === "ENOENT") return fail({ kind: "missing", exitCode: null, said: `there is no ${file}` });
        fail({ kind: "refused", exitCode: null, said: error.message });
      });
      child.on("close", (exitCode, signal) => {
        clearTimeout(timer);
        const text = Buffer.concat(said).toString().trim();
        if (exitCode === 0) return resolve(Buffer.concat(out).toString());
        const late = `it did not end within ${limitMs / 1000} s`;
        if (isLate) return fail({ kind: "silent", exitCode, said: text === "" ? late : `${late}\n${text}` });
        if (exitCode === NOT_FOUND) return fail({ kind: "missing", exitCode, said: text });
        const how = signal === null ? `exit code ${exitCode}` : `it was ended by ${signal}`;
        const kind = signal === null || exitCode === SSH_FAILED ? "refused" : "silent";
        fail({ kind, exitCode, said: text === "" ? how : text });
      });
    });
  }
}
