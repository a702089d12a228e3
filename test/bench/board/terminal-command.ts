import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Command } from "../command.ts";

/** What a command wrote to its terminal, and when. */
export interface TerminalRecord {
  readonly wallMs: number;
  readonly exitCode: number | null;
  readonly text: string;
  /** Where each piece begins in the text, and when it came, in milliseconds since the start. */
  readonly pieces: readonly { readonly from: number; readonly atMs: number }[];
}

const [COLUMNS, ROWS] = [120, 40];

/** Runs it in a pseudo-terminal, which util-linux' `script` makes. */
export async function inTerminal({ program = process.execPath, args, env }: Command): Promise<TerminalRecord> {
  const words = [program, ...args].map((word) => `'${word}'`).join(" ");
  const startedMs = performance.now();
  const child = spawn("script", ["-qefc", `stty cols ${COLUMNS} rows ${ROWS}; exec ${words}`, "/dev/null"], {
    env: { ...env, TERM: "xterm-256color", NO_COLOR: "" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let text = "";
  const pieces: { from: number; atMs: number }[] = [];
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    pieces.push({ from: text.length, atMs: performance.now() - startedMs });
    text += piece;
  });
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { wallMs: performance.now() - startedMs, exitCode, text, pieces };
}
