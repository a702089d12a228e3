import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import path from "node:path";
import type { Command } from "./command.ts";

const PRELOADED = pathToFileURL(path.join(import.meta.dirname, "peak-memory.mjs")).href;

/** The same command for Node, leaving in `file` how much memory its process took at most. */
export function notingPeak(command: Command, file: string): Command {
  return {
    ...command,
    args: ["--import", PRELOADED, ...command.args],
    env: { ...command.env, BENCH_PEAK_FILE: file },
  };
}

/** Peak of the process that this one started, in MB, after a command by {@link notingPeak} has ended. */
export function peakMb(file: string): number {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const [, kilobytes] = lines.map((line) => line.split(" ")).find(([parent]) => Number(parent) === process.pid) ?? [];
  return Number(kilobytes) / 1024;
}
