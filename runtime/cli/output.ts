import { canDrawLive } from "../config.ts";
import pc from "picocolors";
import type { Colors } from "picocolors/types.js";

/** Where the CLI writes. `--json` leaves stdout to JSON alone; everything for people then goes to stderr. */
export interface Output {
  /** A result: what a pipe is meant to receive. */
  print(text: string): void;
  /** Progress, notes, warnings. */
  note(text: string): void;
  json(value: unknown): void;
  readonly isJson: boolean;
  readonly colors: Colors;
  /** True where stderr is a terminal: then progress is drawn live. */
  readonly isLive: boolean;
}

export function consoleOutput(options: { isJson: boolean }): Output {
  const { isJson } = options;
  // Taken now: an exit hook of the user's may print while stdout is turned away from it.
  const write = process.stdout.write.bind(process.stdout);
  return {
    isJson,
    print: (text) => (isJson ? process.stderr : process.stdout).write(`${text}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
    json: (value) => write(`${JSON.stringify(value)}\n`),
    colors: terminalColors(),
    isLive: canDrawLive(),
  };
}

/** Colours only where both streams are a terminal: results and notes share them, and a pipe must get none. */
export function terminalColors(): Colors {
  // Without a terminal `isTTY` is not false but undefined, which picocolors takes for "as you find best".
  return pc.createColors(pc.isColorSupported && [process.stdout, process.stderr].every(({ isTTY }) => isTTY));
}
