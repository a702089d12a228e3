import path from "node:path";
import process from "node:process";
import type { Command } from "commander";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import type { AnyClass } from "../../sdk/base/metadata.ts";
import { environment, processSettings } from "../config.ts";
import { engineSettingKeys } from "../engines/index.ts";
import { openDatastore } from "../datastore/datastore.ts";
import type { EarlyWorker } from "../engines/local/spawn-worker.ts";
import type { Bundle } from "../package/bundle.ts";
import type { CliContext, StoreContext } from "./cli-context.ts";
import { commandFields } from "./command-fields.ts";
import { earlyWorkerFor } from "./early-worker-for.ts";
import { flowCommand } from "./flow-command.ts";
import { toolCommand } from "../settings/tool-command.ts";
import { leave } from "../leave.ts";
import { exitCodeOf, reportError } from "./report-error.ts";
import type { UnreadProgram } from "./load-cli.ts";
import { pairConfigWords } from "./config-texts.ts";
import { consoleOutput } from "./output.ts";
import { isRunning, takeOutputErrors } from "./take-output-errors.ts";
import { packageVersion } from "./package-version.ts";
import { flowProgram, storeProgram } from "./flow-program.ts";

/** `npx tsx flow.ts COMMAND …`: called for what the file gave to `main()`. */
export async function runFromFlowFile(
  flows: readonly AnyClass[],
  flowFile: string,
  argv: readonly string[],
): Promise<void> {
  takeOutputErrors({ isRunning: isRunning(argv) });
  const [Flow] = flows;
  if (Flow === undefined || flows.length > 1) return endWith(severalFlows(flows, flowFile), argv);
  const shown = path.relative(process.cwd(), flowFile);
  const { argv0, execArgv } = process;
  const started = { argv0, execArgv, variables: environment() };
  const programName = flowCommand(shown.startsWith("..") ? flowFile : shown, started);
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
  // The flow's own modules may have set it.
  process.exitCode = 0;
  try {
    const found = { ...given, ...surroundings(), flowName: given.Flow.name };
    const context: CliContext = { ...found, fields: await commandFields(found, argv) };
    await runProgram(await flowProgram(context, packageVersion()), argv);
  } catch (error) {
    fail(error, argv);
  } finally {
    given.early?.discard();
  }
  await exit();
}

/** `millrace gc …`: a command about a datastore, without a flow file. */
export async function runStoreCommandLine(argv: readonly string[]): Promise<void> {
  const context: StoreContext = {
    ...surroundings(),
    flowName: null,
    programName: toolCommand("millrace", environment()),
  };
  try {
    await runProgram(await storeProgram(context, packageVersion()), argv);
  } catch (error) {
    fail(error, argv);
  }
  await exit();
}

export async function runProgram(program: Command, argv: readonly string[]): Promise<void> {
  if (argv.length === 0) program.outputHelp();
  else await program.parseAsync(pairConfigWords(argv), { from: "user" });
}

/** Where the command was called, and how it prints. */
export function surroundings(): Pick<StoreContext, "cwd" | "settings" | "output" | "datastore"> {
  const settings = processSettings();
  return {
    ...{ settings, cwd: settings.cwd },
    output: ({ json }) => consoleOutput({ isJson: json === true }),
    datastore: ({ datastore, durable }) =>
      openDatastore(settings.datastoreLocation(datastore, engineSettingKeys()), {
        settings: settings.store,
        isDurable: settings.isDurable(durable),
      }),
  };
}

/** A file that was started as a program threw before it could name its flow or service. */
export async function reportLoadFailure(thrown: unknown, { argv, declares }: UnreadProgram): Promise<void> {
  takeOutputErrors({ isRunning: false });
  const { loadFailure } = await import("../launch/plan/load-failure.ts");
  await endWith(loadFailure(thrown, { file: process.argv[1] ?? "", declares }), argv);
}

async function endWith(error: MillraceError, argv: readonly string[]): Promise<void> {
  fail(error, argv);
  await exit();
}

export function fail(error: unknown, argv: readonly string[]): void {
  process.exitCode = exitCodeOf(error);
  reportError(error, { isJson: argv.includes("--json") });
}

/** The flow's file was evaluated here, too: what it keeps open, such as a pool of connections, must not keep us. */
export async function exit(): Promise<void> {
  const flushed = (stream: NodeJS.WriteStream) =>
    new Promise<void>((resolve) => (stream.destroyed ? resolve() : stream.write("", () => resolve())));
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  leave(Number(process.exitCode ?? 0));
}

function severalFlows(flows: readonly AnyClass[], flowFile: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot choose a flow because main() is called more than once in ${path.basename(flowFile)}: ${flows.map(({ name }) => name).join(", ")}`,
    hint: "call it once; export the others and run them as millrace run file.ts#Name",
  });
}
