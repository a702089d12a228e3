import pc from "picocolors";
import type { Colors } from "picocolors/types.js";
import { visibleJson } from "../../sdk/base/visible.ts";
import { canDrawLive } from "../config.ts";
import { onScreen, paintColors } from "./on-screen.ts";

/**
 * Where the CLI writes. `--json` leaves stdout to JSON alone; everything for people then goes to stderr. Whatever text
 * comes here, nothing but the colours of `colors` acts on the terminal.
 */
export interface Output {
  /** A result: what a pipe is meant to receive. */
  print(text: string): void;
  /** A result as it is, to the last character. */
  raw(text: string): void;
  /** Waits until a slow reader has taken what was printed: much output is not to gather in memory. */
  drained(): Promise<void>;
  /** Progress, notes, warnings. */
  note(text: string): void;
  /** Progress that the next note takes the place of; nothing where it cannot be drawn live. */
  transient(text: string): void;
  /** Clears the screen, where there is one. */
  clear(): void;
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
  // Lines of JSON in the same terminal would be drawn over.
  const isLive = canDrawLive() && !(isJson && process.stdout.isTTY);
  let isTransient = false;
  return {
    isJson,
    print: (text) => (isJson ? process.stderr : process.stdout).write(`${onScreen(text)}\n`),
    raw: (text) => (isJson ? process.stderr : process.stdout).write(text),
    async drained() {
      const stream = isJson ? process.stderr : process.stdout;
      for (const one of new Set([process.stdout, stream]))
        if (one.writableNeedDrain) await new Promise<void>((resolve) => leaves(one, resolve));
    },
    note(text) {
      process.stderr.write(`${isTransient ? CLEAR_LINE : ""}${onScreen(text)}\n`);
      isTransient = false;
    },
    transient(text) {
      if (!isLive) return;
      process.stderr.write(`${CLEAR_LINE}${onScreen(text)}`);
      isTransient = true;
    },
    clear() {
      if (isLive && process.stdout.isTTY) process.stdout.write(CLEAR_SCREEN);
    },
    json: (value) => write(`${visibleJson(JSON.stringify(value))}\n`),
    colors: terminalColors(),
    isLive,
  };
}

/** A reader that went away is as good as one that has taken all. */
function leaves(stream: NodeJS.WriteStream, done: () => void): void {
  const names = ["drain", "close", "error"] as const;
  const settle = () => {
    for (const name of names) stream.removeListener(name, settle);
    done();
  };
  for (const name of names) stream.once(name, settle);
}

const CLEAR_LINE = "\r\u001b[K";
/** With what has scrolled away. */
const CLEAR_SCREEN = "\u001b[2J\u001b[3J\u001b[H";

/** Colours only where both streams are a terminal: results and notes share them, and a pipe must get none. */
function terminalColors(): Colors {
  // Without a terminal `isTTY` is not false but undefined, which picocolors takes for "as you find best".
  return paintColors(pc.isColorSupported && [process.stdout, process.stderr].every(({ isTTY }) => isTTY));
}
