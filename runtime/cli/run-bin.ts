import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import * as sdk from "../../sdk/index.ts";
import { MillraceError } from "../../sdk/errors.ts";
import { host } from "../../sdk/host.ts";
import type { AnyClass } from "../../sdk/metadata.ts";
import { nearest } from "../../sdk/nearest.ts";
import type { Bundle } from "../package/bundle.ts";
import type { ModuleExports } from "../package/code-package.ts";
import { earlyWorkerFor } from "./early-worker.ts";
import { exitCodeOf, reportError } from "./error-report.ts";
import { COMMAND_NAMES } from "./command-names.ts";
import { packageVersion } from "./package-version.ts";

const FLOW_FILE = /\.[cm]?[jt]sx?$/;

const HELP = `Usage: millrace <command> <flow file> [options]

  millrace run flow.ts            run a flow
  millrace run flow.ts#Name       where a file has several
  millrace flow.ts                all commands of that flow

Commands: run, resume, check, show, graph, runs, status, dump, logs
Options:  -h, --help   -V, --version`;

/** `millrace COMMAND flow.ts …`: bundles and evaluates the flow file itself, so that no other tool is needed. */
export async function runBin(argv: readonly string[]): Promise<void> {
  try {
    if (argv.length === 0 || (argv.length === 1 && /^(-h|--help|help)$/.test(argv[0] ?? ""))) return say(HELP);
    if (/^(-V|--version)$/.test(argv[0] ?? "")) return say(packageVersion());
    await runOnFlowFile(argv);
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    reportError(error, { isJson: argv.includes("--json") });
  }
}

async function runOnFlowFile(argv: readonly string[]): Promise<void> {
  const at = argv.findIndex((word) => FLOW_FILE.test(word.split("#", 1)[0] ?? ""));
  const [first = ""] = argv;
  if (at !== 0 && !COMMAND_NAMES.some((name) => name === first)) throw unknownCommand(first, COMMAND_NAMES);
  if (at < 0 || at > 1) throw noFlowFile(argv);
  const [file = "", name = null] = (argv[at] ?? "").split("#");
  const flowFile = path.resolve(file);
  if (!fs.existsSync(flowFile)) throw missingFlowFile(file);
  const rest = argv.filter((_, index) => index !== at);
  const early = earlyWorkerFor(rest);
  try {
    const [cli, { bundle, flows }] = await Promise.all([
      import("./cli.ts"),
      evaluateFlowFile(fs.realpathSync(flowFile)),
    ]);
    const Flow = chosenFlow(flows, { file, name });
    const programName = `millrace ${argv[at] ?? ""}`;
    await cli.runCommandLine({ Flow, flowFile: fs.realpathSync(flowFile), argv: rest, programName, bundle, early });
  } finally {
    early?.discard();
  }
}

/** The flow classes of a file; the one given to `main()` first. */
async function evaluateFlowFile(flowFile: string): Promise<{ bundle: Bundle; flows: AnyClass[] }> {
  silenceExperimentalWarnings();
  const [{ bundleFlow }, { loadPackage }] = await Promise.all([
    import("../package/bundle.ts"),
    import("../package/load-package.ts"),
  ]);
  const bundle = await bundleFlow(flowFile);
  const { code, root } = bundle;
  const own = { millrace: sdk as ModuleExports };
  const evaluate = await loadPackage(code, { root, scriptName: flowFile, own, environment: null });
  const given: AnyClass[] = [];
  host().main = (flow) => given.push(flow);
  try {
    const exports = await evaluate();
    return { bundle, flows: [...new Set([...given, ...Object.values(exports).filter(isFlowClass)])] };
  } finally {
    host().main = undefined;
  }
}

function isFlowClass(value: unknown): value is AnyClass {
  return typeof value === "function" && value.prototype instanceof sdk.FlowSpec;
}

function chosenFlow(flows: readonly AnyClass[], { file, name }: { file: string; name: string | null }): AnyClass {
  const chosen = name === null ? flows[0] : flows.find((flow) => flow.name === name);
  if (chosen !== undefined) return chosen;
  const names = flows.map((flow) => flow.name);
  throw new MillraceError({
    code: "MILLRACE_NO_FLOW",
    headline: `Cannot find ${name === null ? "a flow" : `the flow ${name}`} in ${file} because no such class is exported or given to main()`,
    ...(names.length === 0 ? {} : { details: [`flows there: ${names.join(", ")}`] }),
    hint: "end the file with main(YourFlow), or export the class",
  });
}

/** The module loader that compiled flows use is stable in practice but marked experimental by Node. */
function silenceExperimentalWarnings(): void {
  const emit = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...rest: never[]) => {
    if (rest[0] === "ExperimentalWarning" || (rest[0] as { type?: string } | undefined)?.type === "ExperimentalWarning")
      return;
    emit(warning, ...rest);
  };
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

function missingFlowFile(file: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_MISSING_FILE",
    headline: `Cannot read the flow file because it does not exist: ${file}`,
    hint: `it is looked for from ${process.cwd()}`,
  });
}
