import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import type { RunPlace } from "../../../datastore/run-keys.ts";
import { ownFile } from "../../../own-file.ts";
import type { Settings } from "../../../settings/read-settings.ts";

export interface DetachOptions {
  /** Of the datastore: a path or `s3://bucket/prefix`. */
  readonly location: string;
  readonly isDurable: boolean;
  readonly settings: Settings;
}

/** A run's scheduler in the background of this machine. */
export interface DetachedScheduler {
  readonly pid: number;
  /** Where it writes what `run` would. */
  readonly log: string;
}

const TAIL_LINES = 20;

/**
 * Starts the scheduler of a run that has begun as a process that outlives this one, its terminal and its session.
 * @throws MillraceError with the end of its log where it ends before it drives the run
 */
export async function detach({ flow, run }: RunPlace, options: DetachOptions): Promise<DetachedScheduler> {
  const { location, isDurable, settings } = options;
  const log = path.join(settings.cacheFolder, "detached", `${run}.log`);
  fs.mkdirSync(path.dirname(log), { recursive: true });
  const file = fs.openSync(log, "a", 0o600);
  const durable = isDurable ? ["--durable"] : [];
  const args = [ownFile("bin.js"), "drive", `${flow}/${run}`, "--datastore", location, ...durable];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", file, file, "ipc"],
    env: settings.env,
    cwd: settings.cwd,
    detached: true,
    windowsHide: true,
  });
  fs.closeSync(file);
  const failure = await beganToDrive(child);
  if (failure !== null) throw notDriven({ flow, run }, { log, failure });
  child.disconnect();
  child.unref();
  return { pid: child.pid ?? 0, log };
}

/** Null once it says that it drives the run, else how it ended. */
function beganToDrive(child: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    child.once("message", () => resolve(null));
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal === null ? `exit code ${code ?? 0}` : signal));
  });
}

function notDriven({ flow, run }: RunPlace, { log, failure }: { log: string; failure: string }): MillraceError {
  const lines = fs.readFileSync(log, "utf8").trimEnd().split("\n").slice(-TAIL_LINES);
  return new MillraceError({
    code: "MILLRACE_DETACHED",
    headline: `Cannot detach ${flow}/${run} because its scheduler ended before the first task: ${failure}`,
    details: lines,
    hint: "run it without --detach to see it go",
  });
}
