import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { onTestFinished } from "vitest";
import { type CommandOptions, MILLRACE, ROOT, temporaryFolder } from "./harness.ts";

/** A command under way, whose output the test can wait for. */
export interface StartedCommand {
  readonly child: ChildProcess;
  /** Everything it has written, to stdout and stderr alike. */
  text(): string;
  stdout(): string;
  /** Resolves once it has written this; fails if it ends before. */
  said(wanted: string | RegExp): Promise<void>;
  exit(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface StartOptions extends CommandOptions {
  /** True for a pseudo-terminal of 80 columns and 24 rows, which util-linux' `script` makes. */
  readonly isTerminal?: boolean;
  /** What a shell in the pseudo-terminal runs instead. */
  readonly script?: string;
}

/** Whether this machine can make a pseudo-terminal. */
export const HAS_TERMINAL = fs.existsSync("/usr/bin/script");

/** Starts `millrace ARGS` and does not wait for its end; what is left of it when the test is over is killed. */
export function startMillrace(args: readonly string[], options: StartOptions = {}): StartedCommand {
  const { isTerminal = false, cwd = ROOT, env = {}, script } = options;
  const { datastore = temporaryFolder() } = options;
  const quoted = [process.execPath, MILLRACE, ...args].map((word) => `'${word}'`).join(" ");
  const [program, argv] = isTerminal
    ? ["script", ["-qefc", `stty cols 80 rows 24; exec ${script ?? quoted}`, "/dev/null"]]
    : [process.execPath, [MILLRACE, ...args]];
  const child = spawn(program, argv, {
    cwd,
    env: { ...process.env, TERM: "xterm-256color", MILLRACE_DATASTORE: datastore, ...env },
    stdio: [isTerminal ? "pipe" : "ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let [all, stdout] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    all += text;
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (all += text));
  const closed = once(child, "close").then(([code, signal]: unknown[]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  const has = (wanted: string | RegExp) => (typeof wanted === "string" ? all.includes(wanted) : wanted.test(all));
  return {
    child,
    text: () => all,
    stdout: () => stdout,
    async said(wanted) {
      for (let isOver = false; !has(wanted);) {
        if (isOver) throw new Error(`it ended before it said ${String(wanted)}:\n${all}`);
        const moment = new Promise<boolean>((resolve) => setTimeout(resolve, 25, false));
        isOver = await Promise.race([moment, closed.then(() => true)]);
      }
    },
    exit: () => closed,
  };
}
