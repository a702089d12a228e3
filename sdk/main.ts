import { loadCli } from "../runtime/cli/load-cli.ts";
import { callerFile } from "./base/caller-file.ts";
import type { FlowSpec } from "./flow-spec.ts";
import { host } from "./base/host.ts";
import { isEntryPoint } from "./base/is-entry-point.ts";
import type { AnyClass } from "./base/metadata.ts";
import { watchLoading } from "./watch-loading.ts";

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

watchLoading();
