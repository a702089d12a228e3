import { readFileSync } from "node:fs";
import { loadCli } from "../runtime/cli/load-cli.ts";
import { callerFile } from "./base/caller-file.ts";
import { isMillraceError } from "./base/millrace-error.ts";
import type { FlowSpec } from "./flow-spec.ts";
import { host } from "./base/host.ts";
import { isEntryPoint, realPath } from "./base/is-entry-point.ts";
import type { AnyClass } from "./base/metadata.ts";

/**
 * Starts the command line for a flow, if the file that calls it is the program's entry point.
 *
 * Synchronous, for ESM and CommonJS files alike. A file that a test, a notebook or another flow imports does nothing
 * here, so it can be imported freely.
 *
 * @example
 * ```ts
 * import { FlowSpec, main, step } from "millrace";
 *
 * class HelloFlow extends FlowSpec {
 *   @step start() {
 *     this.next(this.end);
 *   }
 *   @step end() {
 *     console.log("hello");
 *   }
 * }
 *
 * main(HelloFlow); // tsx hello.ts run
 * ```
 */
export function main(Flow: abstract new () => FlowSpec): void {
  const start = host().main;
  if (start !== undefined) return start(Flow);
  const file = callerFile(main);
  if (file === null || !isEntryPoint(file)) return;
  const given = (host().given ??= []);
  // The rest of the file is evaluated first: `main` need not be its last line.
  if (given.push(Flow) > 1) return;
  // What the file itself wrote may fail to arrive before the command line is there to take note of it.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  setImmediate(() => void startCli(given, file));
}

async function startCli(flows: readonly AnyClass[], file: string): Promise<void> {
  try {
    await loadCli().runFromFlowFile(flows, file, process.argv.slice(2));
  } catch (error) {
    // The CLI reports its own errors; what arrives here is a broken installation.
    setImmediate(() => {
      throw error;
    });
  }
}

/** Millrace's own programs tell their errors themselves. */
const OWN_PROGRAM = /[\\/]dist[\\/](bin|worker|container|notebook-session)\.js$/;

/**
 * A flow file that is started as a program and throws while it is loaded never comes to call `main`: then its mistake is
 * told here, as the command line tells mistakes. All other errors, and other programs, are left to Node.
 */
function watchLoading(): void {
  const [, entry = "", command = ""] = process.argv;
  const onError = (error: unknown) => {
    const isForeign = process.listenerCount("uncaughtException") > 0 || OWN_PROGRAM.test(realPath(entry) ?? "");
    if (isForeign || !(isMillraceError(error) || (callsMain(entry) && loadCli().isFlowCommand(command)))) return;
    process.once("uncaughtException", () => void reportLoadFailure(error));
  };
  process.on("uncaughtExceptionMonitor", onError);
  // What is thrown later was not thrown by the loading of modules.
  setImmediate(() => process.off("uncaughtExceptionMonitor", onError));
}

/** Compiled or not, a flow file says `main(Flow)` somewhere. */
function callsMain(file: string): boolean {
  try {
    return /\bmain\b.{0,4}\(/.test(readFileSync(file, "utf8"));
  } catch {
    return false;
  }
}

async function reportLoadFailure(error: unknown): Promise<void> {
  await loadCli().reportLoadFailure(error, process.argv.slice(2));
}

watchLoading();
