import { spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { MILLRACE, ROOT } from "../../rigs/harness.ts";
import type { Machine } from "./bucket-for-file.ts";

/** `millrace logs FILE --follow` under way. */
export interface Follower {
  lines(): readonly string[];
  /** Resolves once it has printed this text; fails if it ends before. */
  said(text: string): Promise<void>;
  /** Resolves with its exit code. */
  end(): Promise<number | null>;
}

export function startFollower(file: string, { datastore, env }: Machine): Follower {
  const child = spawn(process.execPath, [MILLRACE, "logs", file, "latest/start", "--follow"], {
    cwd: ROOT,
    env: { ...process.env, MILLRACE_DATASTORE: datastore, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const closed = once(child, "close").then(([code]) => code as number | null);
  let [text, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (some: string) => (text += some));
  child.stderr.setEncoding("utf8").on("data", (some: string) => (errors += some));
  return {
    lines: () => text.split("\n").filter((line) => line !== ""),
    async said(wanted) {
      while (!text.includes(wanted)) {
        const isOver = await Promise.race([once(child.stdout, "data").then(() => false), closed.then(() => true)]);
        if (isOver && !text.includes(wanted)) throw new Error(`it ended without ${wanted}:\n${text}${errors}`);
      }
    },
    end: () => closed,
  };
}
