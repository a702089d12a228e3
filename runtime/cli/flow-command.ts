import path from "node:path";
import type { Environment } from "../settings/environment.ts";
import { toolCommand } from "../settings/tool-command.ts";

/** As much of a Node process as tells how it was started. */
export interface StartedProcess {
  readonly argv0: string;
  readonly execArgv: readonly string[];
  readonly variables: Environment;
}

/** What tsx gives to Node before the user's own options. */
const TSX = /[\\/]tsx[\\/]dist[\\/](preflight|loader|esm[\\/]index|cjs[\\/]index)\.[cm]?js$/;

/** How the user starts a flow file again, for help and hints: `npx tsx flow.ts`, `node out/flow.js`. */
export function flowCommand(file: string, { argv0, execArgv, variables }: StartedProcess): string {
  const passed = splitOptions(execArgv);
  const own = passed.filter((words) => !isOfTsx(words) && !/^--inspect/.test(words[0] ?? ""));
  const isTsx = passed.some(isOfTsx);
  const program = isTsx ? toolCommand("tsx", variables) : path.basename(argv0, ".exe");
  return [program, ...[...own.flat(), file].map(shellWord)].join(" ");
}

function isOfTsx(words: readonly string[]): boolean {
  return words.some((word) => TSX.test(word));
}

/** Options of Node, each with its value. */
function splitOptions(execArgv: readonly string[]): readonly (readonly string[])[] {
  const options: string[][] = [];
  for (const word of execArgv) {
    const last = options.at(-1);
    if (word.startsWith("-") || last === undefined) options.push([word]);
    else last.push(word);
  }
  return options;
}

/** A word as a shell reads it back. */
function shellWord(word: string): string {
  const isWindows = process.platform === "win32";
  if (/^[\p{L}\p{N}_@%+=:,./#-]+$/u.test(isWindows ? word.replaceAll("\\", "/") : word)) return word;
  return isWindows ? `"${word}"` : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
