import { createRequire } from "node:module";
import path from "node:path";
import { cleanEnvironment } from "./environment.ts";
import type { Command, Expectation } from "./command.ts";

/** What a `tsx file.ts ...` command is made of. */
export interface TsxOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  readonly expects: Expectation;
}

const TSX = createRequire(import.meta.url).resolve("tsx/cli");
const FLOWS = path.join(import.meta.dirname, "flows");

/** `tsx flows/FILE ...`, started by tsx's JavaScript: no shell and no npx in the figure. */
export function tsxCommand(file: string, { args = [], env = {}, expects }: TsxOptions): Command {
  return { args: [TSX, path.join(FLOWS, file), ...args], env: cleanEnvironment(env), expects };
}
