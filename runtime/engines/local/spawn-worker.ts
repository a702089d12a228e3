import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { ownFile } from "../../own-file.ts";
import { OWN_GROUP } from "../../process/signal-group.ts";
import { processVariables } from "./process-variables.ts";

export interface SpawnOptions {
  /** Further options for Node. */
  readonly nodeOptions?: readonly string[];
  /** @defaultValue the Node that runs this process */
  readonly program?: string;
  /** @defaultValue that of this process */
  readonly cwd?: string;
}

/**
 * Starts a worker's process. It waits to be told what it is for.
 *
 * @throws the system's error where it refuses at once, as for a variable that is too long; for other reasons the process
 * emits `error` instead
 */
export function spawnWorker(env: NodeJS.ProcessEnv, options: SpawnOptions = {}): ChildProcess {
  const { nodeOptions = [], program = process.execPath, cwd } = options;
  return spawn(program, ["--disable-warning=ExperimentalWarning", ...nodeOptions, ownFile("worker.js")], {
    cwd,
    // The last two are its commands and its reports.
    stdio: ["ignore", "pipe", "pipe", "pipe", "pipe"],
    env,
    ...OWN_GROUP,
  });
}

/** A worker that was started before it was known whether it is needed: starting takes as long as reading the flow. */
export interface EarlyWorker {
  /** Gives the process away, once; null if it did not start, or is gone. */
  take(): ChildProcess | null;
  /** Ends the process if nobody took it. */
  discard(): void;
}

/** Null if it cannot be started, which shows when one is needed. */
export function startEarlyWorker(env: NodeJS.ProcessEnv): EarlyWorker | null {
  let child: ChildProcess | null;
  try {
    child = spawnWorker(processVariables(env, null));
  } catch {
    return null;
  }
  const isOver = () => (child = null);
  child.on("error", isOver).on("exit", isOver);
  return {
    take() {
      const taken = child;
      child = null;
      return taken;
    },
    discard() {
      if (child !== null) abandon(child);
      child = null;
    },
  };
}

/** Ends a process whose end nobody waits for. */
function abandon(child: ChildProcess): void {
  child.kill("SIGKILL");
  child.unref();
  // Pipes are sockets, of which the types say nothing.
  for (const pipe of child.stdio) (pipe as Partial<Pick<Socket, "unref">> | null)?.unref?.();
}
