import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { storeCommand } from "../millrace.ts";

/** `millrace ui` on a store, as a user starts it. */
export interface StartedUi {
  readonly address: string;
  /** When the command was given, by `performance.now()`. */
  readonly startedMs: number;
  /** Processor time of its process so far, which other processes do not lengthen. */
  cpuMs(): number;
  /** The most memory that its process had. */
  peakMb(): number;
  stop(): Promise<void>;
}

const MS_PER_TICK = 10;

export async function startUi(datastore: string, run: readonly string[] = []): Promise<StartedUi> {
  const words = ["ui", "--no-open", "--port", "0", "--datastore", datastore, ...run];
  const { args, env } = storeCommand(words, { exitCode: 0 });
  const startedMs = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  let said = "";
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const [found] = /http:\/\/\S+/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`millrace ui ended: ${said}`)));
  });
  return {
    address,
    startedMs,
    cpuMs() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      return MS_PER_TICK * (Number(fields[11]) + Number(fields[12]));
    },
    peakMb() {
      const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
      return Number(kilobytes) / 1000;
    },
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
