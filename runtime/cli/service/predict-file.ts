import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import type { Command } from "commander";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { writeWhole } from "../../process/write-whole.ts";
import { serviceError } from "../../serving/model/service-error.ts";
import { predictionsOf } from "../../serving/model/predictions-of.ts";
import { servedVersionOf } from "../../serving/model/served-version-of.ts";
import { versionText } from "../../serving/pool/served-version.ts";
import { csvText } from "../../serving/files/csv-text.ts";
import { linesOfText } from "../../serving/files/shards-of.ts";
import { userPath } from "../../settings/user-path.ts";
import type { CliContext } from "../cli-context.ts";
import { commandFields } from "../command-fields.ts";
import { runFlow } from "../commands/run/run.ts";
import { answersOfRun } from "./answers-of-run.ts";
import type { PredictFlags } from "./predict-flags.ts";
import type { ServiceContext } from "./service-context.ts";

/** `predict`: runs the flow, then writes what its tasks answered. */
export async function predictFile(context: ServiceContext, command: Command, flags: PredictFlags): Promise<void> {
  const { settings } = context;
  const output = context.output(flags);
  const target = userPath(flags.output, settings.cwd);
  const isCsv = formatOf(flags.output) === "csv";
  const Flow = context.predictFlow();
  const place = { Flow, flowFile: context.serviceFile, flowName: Flow.name };
  const fields = await commandFields({ ...place, cwd: context.cwd }, []);
  const flow: CliContext = { ...context, ...place, fields, bundle: null, early: null };
  const { resume } = flags;
  if (resume !== undefined) refuseOptions(command);
  requireFolder(target);
  const made = await runFlow(flow, {
    ...{ flags, command },
    parameters: resume === undefined ? parametersOf(context, flags) : new Map(),
    resume: resume === undefined ? null : { step: null, run: resume === true ? null : resume, isDryRun: false },
  });
  if (made === null || !made.isDone) return;
  const { answers, errors, answered, refused } = answersOfRun(context.datastore(flags), made);
  writeOut(target, isCsv ? [csvText(linesOfText(answers.join("")).map((line): unknown => JSON.parse(line)))] : answers);
  const errorFile = `${target}.errors.jsonl`;
  if (refused > 0) writeOut(errorFile, errors);
  else fs.rmSync(errorFile, { force: true });
  const shown = path.relative(context.cwd, target) || target;
  if (output.isJson) output.json({ time: Date.now(), type: "predicted", answered, refused, output: target });
  else output.print(`${answered} ${answered === 1 ? "row" : "rows"} answered in ${shown}`);
  if (refused === 0) return;
  output.note(
    `${refused} ${refused === 1 ? "row does" : "rows do"} not fit: ${path.relative(context.cwd, errorFile)} says why`,
  );
  process.exitCode = 1;
}

function parametersOf(context: ServiceContext, flags: PredictFlags) {
  const { Service } = context;
  const { input } = flags;
  if (input === undefined)
    throw serviceError("Cannot predict because no file is named", { hint: "give it with --input rows.jsonl" });
  const format = formatOf(input);
  const method = methodOf(context, flags.method);
  const reference = flags.model ?? (Service as { readonly model?: string }).model;
  const version = reference === undefined ? null : servedVersionOf(context.datastore(flags), reference);
  if (version !== null) context.output(flags).note(`with ${versionText(version)}`);
  const values = {
    ...{ rows: userPath(input, context.cwd), format, method },
    ...{
      model: version?.name ?? "",
      modelVersion: String(version?.number ?? 0),
      rowsPerTask: String(flags.rowsPerTask),
    },
  };
  const entries = Object.entries(values);
  return new Map(entries.map(([name, text]) => [name, { texts: [text], source: `the value of ${name}` }]));
}

/** A run that goes on does so with what it began with. */
function refuseOptions(command: Command): void {
  const given = command.options.filter(
    (option) =>
      OF_BEGINNING.has(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === "cli",
  );
  if (given.length === 0) return;
  const names = given.map(({ long }) => long ?? "").join(", ");
  throw serviceError(`Cannot resume with ${names} because the run goes on with what it began with`, {
    hint: `leave ${names} out, or begin a new run without --resume`,
  });
}

const OF_BEGINNING = new Set(["input", "method", "model", "rowsPerTask"]);

/** Before the run: what it computes shall not be in vain. */
function requireFolder(file: string): void {
  const folder = path.dirname(file);
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw serviceError(`Cannot write ${path.basename(file)} because its folder does not exist: ${folder}`, {
    hint: "create the folder, or name another with --output",
  });
}

function methodOf({ Service }: ServiceContext, given: string | undefined): string {
  const names = predictionsOf(Service).map(({ name }) => name);
  const [only = "", ...others] = names;
  if (given === undefined && others.length === 0) return only;
  if (given !== undefined && names.includes(given)) return given;
  throw serviceError(
    `Cannot predict because ${given === undefined ? `${Service.name} has several methods` : `${Service.name} has no method ${given}`}`,
    { details: [`methods: ${names.join(", ")}`], hint: `name one: --method ${only}` },
  );
}

function formatOf(file: string): "jsonl" | "csv" {
  switch (path.extname(file).toLowerCase()) {
    case ".csv":
      return "csv";
    case ".jsonl":
    case ".ndjson":
      return "jsonl";
    default:
      throw serviceError(
        `Cannot tell the format of ${path.basename(file)} because its name ends in none that is known`,
        {
          hint: "JSON lines end in .jsonl or .ndjson, CSV in .csv",
        },
      );
  }
}

function writeOut(file: string, pieces: readonly string[]): void {
  try {
    writeWhole(file, pieces);
  } catch (error) {
    throw serviceError(`Cannot write ${path.basename(file)} because ${messageOf(error)}`, {
      hint: "make room, or name another file with --output, and call predict with --resume: nothing is computed again",
    });
  }
}
