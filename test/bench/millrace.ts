import { createRequire } from "node:module";
import path from "node:path";
import { cleanEnvironment } from "./environment.ts";
import type { Command, Expectation } from "./command.ts";

/** What a command on a flow file is made of. */
export interface FlowCommandOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  readonly expects: Expectation;
}

const TSX = createRequire(import.meta.url).resolve("tsx/cli");
const FLOWS = path.join(import.meta.dirname, "flows");

/** `tsx flows/FILE ...`, started by tsx's JavaScript: no shell and no npx in the figure. */
export function tsxCommand(file: string, { args = [], env = {}, expects }: FlowCommandOptions): Command {
  return { args: [TSX, path.join(FLOWS, file), ...args], env: cleanEnvironment(env), expects };
}

/** `millrace ARGS`, a command that is about a store. */
export function storeCommand(args: readonly string[], expects: Expectation): Command {
  return { args: [BIN, ...args], env: cleanEnvironment(), expects };
}

const BIN = path.join(import.meta.dirname, "../../dist/bin.js");

/** `millrace COMMAND flows/FILE ...`; the command is the first of the arguments. */
export function millraceCommand(file: string, { args = [], env = {}, expects }: FlowCommandOptions): Command {
  const [command = "run", ...rest] = args;
  return { args: [BIN, command, path.join(FLOWS, file), ...rest], env: cleanEnvironment(env), expects };
}
