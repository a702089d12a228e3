import process from "node:process";
import type { Command } from "commander";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { nearest } from "../../sdk/base/nearest.ts";
import { environment } from "../config.ts";
import { findFlowFile, readFlowFile } from "../launch/plan/read-flow-file.ts";
import { commandNamed, shownCommands } from "./commands/index.ts";
import { earlyWorkerFor } from "./early-worker-for.ts";
import { exitCodeOf, reportError } from "./report-error.ts";
import { helpText } from "./help-text.ts";
import { isRunning, takeOutputErrors } from "./take-output-errors.ts";
import { toolCommand } from "../settings/tool-command.ts";
import { packageVersion } from "./package-version.ts";
import { stdoutOnStderr } from "./stdout-on-stderr.ts";

const FLOW_FILE = /\.[cm]?[jt]sx?(#[^/\\]*)?$/;

/** `millrace COMMAND flow.ts …`: bundles and evaluates the flow file itself, so that no other tool is needed. */
export async function runBin(argv: readonly string[]): Promise<void> {
  takeOutputErrors({ isRunning: isRunning(argv) });
  try {
    if (argv.length === 0 || (argv.length === 1 && /^(-h|--help|help)$/.test(argv[0] ?? ""))) return say(helpText());
    if (/^(-V|--version)$/.test(argv[0] ?? "")) return say(packageVersion());
    const row = commandNamed(argv[0]);
    if (row?.about === "nothing") return await runCommand((await row.load())(), argv.slice(1));
    // Elsewhere such a word is something else, as a tag or the name of an artifact.
    const last = row?.hasSubcommands === true ? 2 : 1;
    const at = argv.findIndex((word, index) => FLOW_FILE.test(word) && (row?.about !== "store" || index <= last));
    if (row?.about === "store" && (at < 0 || row.takesFiles === true)) return await runOnStore(argv);
    await runOnFlowFile(argv, at);
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    reportError(error, { isJson: argv.includes("--json") });
  }
}

async function runOnStore(argv: readonly string[]): Promise<void> {
  const { runStoreCommandLine } = await import("./run-command-line.ts");
  await runStoreCommandLine(argv);
}

async function runOnFlowFile(argv: readonly string[], at: number): Promise<void> {
  const [first = ""] = argv;
  const row = commandNamed(first);
  if (at !== 0 && row === undefined) throw unknownCommand(first);
  // The file may stand behind either word of a command that has subcommands.
  if (at < 0 || at > (row?.hasSubcommands === true ? 2 : 1)) throw noFlowFile(argv);
  const named = argv[at] ?? "";
  const place = findFlowFile(named, { cwd: process.cwd() });
  const rest = argv.filter((_, index) => index !== at);
  const early = earlyWorkerFor(rest);
  try {
    const [cli, { bundle, Flow }] = await Promise.all([
      import("./run-command-line.ts"),
      ["--json", row?.documentOption].some((option) => option !== undefined && rest.includes(option))
        ? withStdoutOnStderr(() => readFlowFile(place))
        : readFlowFile(place),
    ]);
    const programName = `${toolCommand("millrace", environment())} ${named}`;
    await cli.runCommandLine({ Flow, flowFile: place.file, argv: rest, programName, bundle, early });
  } finally {
    early?.discard();
  }
}

async function runCommand(command: Command, argv: readonly string[]): Promise<void> {
  // A command of commands does nothing by itself.
  if (argv.length === 0 && command.commands.length > 0) command.outputHelp();
  else await command.parseAsync(argv, { from: "user" });
}

/** Under --json stdout is for JSON alone, whatever the flow's modules print while they are evaluated. */
async function withStdoutOnStderr<T>(work: () => Promise<T>): Promise<T> {
  const restore = stdoutOnStderr();
  try {
    return await work();
  } finally {
    restore();
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function unknownCommand(seen: string): MillraceError {
  const known = shownCommands().map(({ name }) => name);
  const near = nearest(seen, known);
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot run the command ${seen} because there is no such command`,
    details: [`commands: ${known.join(", ")}`],
    hint: near === null ? "millrace --help shows how to call it" : `did you mean ${near}?`,
  });
}

function noFlowFile(argv: readonly string[]): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot ${argv[0] ?? "run"} because no flow file is given: ${argv.slice(1).join(" ") || "nothing follows"}`,
    hint: `name the file: millrace ${argv[0] ?? "run"} flow.ts`,
  });
}
