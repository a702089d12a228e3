import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import type { RunPlace } from "../../datastore/run-keys.ts";
import { ownFile } from "../../own-file.ts";
import { EVENT_TOKEN, type Settings } from "../../settings/read-settings.ts";

export interface DriversOptions {
  /** Of the datastore: a path or `s3://bucket/prefix`. */
  readonly location: string;
  readonly settings: Settings;
  /** A process has ended. */
  ended(key: string): void;
}

/** The processes that drive runs, each in a group of its own: they outlive the scheduler that started them. */
export class Drivers {
  readonly #options: DriversOptions;
  readonly #processes = new Map<string, ChildProcess>();

  constructor(options: DriversOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#processes.size;
  }

  has(key: string): boolean {
    return this.#processes.has(key);
  }

  /** @returns its number; 0 where it could not be started, which is told as its end */
  start(key: string, { flow, run }: RunPlace): number {
    const { location, settings } = this.#options;
    const log = path.join(settings.cacheFolder, "detached", `${run}.log`);
    fs.mkdirSync(path.dirname(log), { recursive: true });
    const file = fs.openSync(log, "a", 0o600);
    const env = { ...settings.env, [EVENT_TOKEN]: undefined };
    const child = spawn(process.execPath, [ownFile("bin.js"), "drive", `${flow}/${run}`, "--datastore", location], {
      stdio: ["ignore", file, file],
      env,
      cwd: settings.cwd,
      detached: true,
      windowsHide: true,
    });
    fs.closeSync(file);
    this.#processes.set(key, child);
    const gone = () => {
      if (this.#processes.delete(key)) this.#options.ended(key);
    };
    child.once("exit", gone);
    child.once("error", gone);
    return child.pid ?? 0;
  }

  /** Asks all of them to end their runs; resolves when they have. */
  async stop(): Promise<void> {
    const ends = [...this.#processes.values()].map(
      (child) =>
        new Promise<void>((resolve) => {
          child.once("exit", () => resolve());
          child.once("error", () => resolve());
          child.kill("SIGTERM");
        }),
    );
    await Promise.all(ends);
  }

  /** From now on they are nobody's: this process may end. */
  leave(): void {
    for (const child of this.#processes.values()) child.unref();
  }
}
