import path from "node:path";
import process from "node:process";
import type { AnyClass } from "../../sdk/metadata.ts";
import { datastoreLocation } from "../config.ts";
import { openDatastore } from "../datastore/datastore.ts";
import type { EarlyWorker } from "../compute/local/spawn-worker.ts";
import type { Bundle } from "../package/bundle.ts";
import type { CliContext } from "./context.ts";
import { earlyWorkerFor } from "./early-worker.ts";
import { exitCodeOf, reportError } from "./error-report.ts";
import { pairConfigWords } from "./flow-options.ts";
import { consoleOutput } from "./output.ts";
import { packageVersion } from "./package-version.ts";
import { flowProgram } from "./program.ts";

/** `tsx flow.ts COMMAND …`: called by `main()`. */
export async function runFromFlowFile(Flow: AnyClass, flowFile: string, argv: readonly string[]): Promise<void> {
  const shown = path.relative(process.cwd(), flowFile);
  const programName = `tsx ${shown.startsWith("..") ? flowFile : shown}`;
  await runCommandLine({ Flow, flowFile, argv, programName, bundle: null, early: earlyWorkerFor(argv) });
}

export interface CommandLine {
  readonly Flow: AnyClass;
  readonly flowFile: string;
  /** What follows the program's name. */
  readonly argv: readonly string[];
  readonly programName: string;
  readonly bundle: Bundle | null;
  readonly early: EarlyWorker | null;
}

/** Runs one command and sets the exit code; the only place where an error becomes output. */
export async function runCommandLine({ argv, ...given }: CommandLine): Promise<void> {
  const context: CliContext = {
    ...given,
    flowName: given.Flow.name,
    cwd: process.cwd(),
    output: ({ json }) => consoleOutput({ isJson: json === true }),
    datastore: ({ datastore }) => openDatastore(datastoreLocation(datastore, process.cwd())),
  };
  endQuietlyOnClosedPipe();
  try {
    const program = flowProgram(context, packageVersion());
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync(pairConfigWords(argv), { from: "user" });
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    reportError(error, { isJson: argv.includes("--json") });
  } finally {
    given.early?.discard();
  }
}

/** `… | head` closes our output early: that is no error. */
function endQuietlyOnClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
    throw error;
  });
}
