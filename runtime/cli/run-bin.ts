import process from "node:process";
import type { Command } from "commander";
import { MillraceError } from "../../sdk/base/errors.ts";
import { nearest } from "../../sdk/base/nearest.ts";
import { findFlowFile, readFlowFile } from "../launch/plan/read-flow-file.ts";
import { earlyWorkerFor } from "./early-worker.ts";
import { exitCodeOf, reportError } from "./error-report.ts";
import { isRunning, takeOutputErrors } from "./output-errors.ts";
import { COMMAND_NAMES } from "./command-names.ts";
import { packageVersion } from "./package-version.ts";
import { stdoutOnStderr } from "./stdout-on-stderr.ts";

const FLOW_FILE = /\.[cm]?[jt]sx?(#[^/\\]*)?$/;

const HELP = `Usage: millrace <command> <flow file> [options]

  millrace run flow.ts            run a flow
  millrace run flow.ts#Name       where a file has several
  millrace flow.ts                all commands of that flow
  millrace notebook --help        TypeScript in notebooks
  millrace configure aws          where runs store and compute on AWS

Commands: run, resume, spin, check, show, graph, runs, status, dump, logs, diff, tag, package, gc, fsck
Options:  -h, --help   -V, --version`;

/** `millrace COMMAND flow.ts …`: bundles and evaluates the flow file itself, so that no other tool is needed. */
export async function runBin(argv: readonly string[]): Promise<void> {
  takeOutputErrors({ isRunning: isRunning(argv) });
  try {
    if (argv.length === 0 || (argv.length === 1 && /^(-h|--help|help)$/.test(argv[0] ?? ""))) return say(HELP);
    if (/^(-V|--version)$/.test(argv[0] ?? "")) return say(packageVersion());
    if (argv[0] === "notebook") return await runNotebookCommand(argv.slice(1));
    if (argv[0] === "configure") return await runConfigureCommand(argv.slice(1));
    await runOnFlowFile(argv);
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    reportError(error, { isJson: argv.includes("--json") });
  }
}

async function runOnFlowFile(argv: readonly string[]): Promise<void> {
  const at = argv.findIndex((word) => FLOW_FILE.test(word));
  const [first = ""] = argv;
  if (at !== 0 && !COMMAND_NAMES.some((name) => name === first))
    throw unknownCommand(first, [...COMMAND_NAMES, "notebook", "configure"]);
  // `tag` has subcommands: the file may stand behind either word.
  if (at < 0 || at > (first === "tag" ? 2 : 1)) throw noFlowFile(argv);
  const named = argv[at] ?? "";
  const place = findFlowFile(named, { cwd: process.cwd() });
  const rest = argv.filter((_, index) => index !== at);
  const early = earlyWorkerFor(rest);
  try {
    const [cli, { bundle, Flow }] = await Promise.all([
      import("./cli.ts"),
      rest.includes("--json") ? withStdoutOnStderr(() => readFlowFile(place)) : readFlowFile(place),
    ]);
    const programName = `millrace ${named}`;
    await cli.runCommandLine({ Flow, flowFile: place.file, argv: rest, programName, bundle, early });
  } finally {
    early?.discard();
  }
}

async function runNotebookCommand(argv: readonly string[]): Promise<void> {
  const { notebookCommand } = await import("./commands/notebook/command.ts");
  await runCommand(notebookCommand(), argv);
}

async function runConfigureCommand(argv: readonly string[]): Promise<void> {
  const { configureCommand } = await import("./commands/configure/command.ts");
  await runCommand(configureCommand(), argv);
}

async function runCommand(command: Command, argv: readonly string[]): Promise<void> {
  if (argv.length === 0) command.outputHelp();
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

function unknownCommand(seen: string, known: readonly string[]): MillraceError {
  const near = nearest(seen, known);
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot run the command ${seen} because there is none of that name`,
    details: [`commands: ${known.join(", ")}`],
    hint: near === null ? "millrace --help shows how to call it" : `did you mean ${near}?`,
  });
}

function noFlowFile(argv: readonly string[]): MillraceError {
  return new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot ${argv[0] ?? "run"} because no flow file is named: ${argv.slice(1).join(" ") || "nothing follows"}`,
    hint: `name the file: millrace ${argv[0] ?? "run"} flow.ts`,
  });
}
