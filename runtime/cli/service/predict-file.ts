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
import { arrowOf } from "../../serving/columns/arrow-of.ts";
import { loadArrow } from "../../serving/columns/load-arrow.ts";
import { type ColumnFormat, columnFileLines } from "../../serving/files/column-file-lines.ts";
import { rowSchema } from "../../serving/model/row-schema.ts";
import { csvText } from "../../serving/files/csv-text.ts";
import { linesOfText } from "../../serving/files/shards-of.ts";
import { toolCommand } from "../../settings/tool-command.ts";
import { userPath } from "../../settings/user-path.ts";
import type { CliContext } from "../cli-context.ts";
import { commandFields } from "../command-fields.ts";
import { refuseOfBeginning } from "../refuse-of-beginning.ts";
import { runFlow } from "../commands/run/run.ts";
import { answersOfRun } from "./answers-of-run.ts";
import type { PredictFlags } from "./predict-flags.ts";
import type { ServiceContext } from "./service-context.ts";

/** `predict`: runs the flow, then writes what its tasks answered. */
export async function predictFile(context: ServiceContext, command: Command, flags: PredictFlags): Promise<void> {
  const { settings } = context;
  const output = context.output(flags);
  const target = userPath(flags.output, settings.cwd);
  const format = formatOf(flags.output);
  if (format === "parquet")
    throw serviceError(`Cannot write ${path.basename(flags.output)} because answers are not written as Parquet`, {
      hint: "name an output that ends in .arrow, .jsonl or .csv",
    });
  // Known before the run, not after it.
  if (format === "arrow") await loadArrow();
  const Flow = context.predictFlow();
  const place = { Flow, flowFile: context.serviceFile, flowName: Flow.name };
  const fields = await commandFields({ ...place, cwd: context.cwd }, []);
  const flow: CliContext = { ...context, ...place, fields, bundle: null, early: null };
  const { resume } = flags;
  if (resume !== undefined) refuseOfBeginning(command, OF_BEGINNING);
  requireFolder(target);
  const begun = resume === undefined ? await begunWith(context, flags) : null;
  let made: Awaited<ReturnType<typeof runFlow>>;
  try {
    made = await runFlow(flow, {
      ...{ flags, command },
      parameters: begun?.parameters ?? new Map(),
      resume: resume === undefined ? null : { step: null, run: resume === true ? null : resume, isDryRun: false },
      resumeWith: `predict --output ${flags.output} --resume`,
      lookWith: toolCommand("millrace", settings.env),
    });
  } finally {
    begun?.clean();
  }
  if (made === null || !made.isDone) return;
  const { answers, errors, answered, refused } = answersOfRun(context.datastore(flags), made);
  writeOut(target, await answersAs(format, answers));
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

/** What the run begins with, and what is to be removed when it has it. */
async function begunWith(context: ServiceContext, flags: PredictFlags) {
  const { Service } = context;
  const { input } = flags;
  if (input === undefined)
    throw serviceError("Cannot predict because no file is named", { hint: "give it with --input rows.jsonl" });
  const format = formatOf(input);
  const method = methodOf(context, flags.method);
  const reference = flags.model ?? (Service as { readonly model?: string }).model;
  const version = reference === undefined ? null : servedVersionOf(context.datastore(flags), reference);
  if (version !== null) context.output(flags).note(`with ${versionText(version)}`);
  const prediction = predictionsOf(Service).find(({ name }) => name === method);
  const file = userPath(input, context.cwd);
  const lines =
    format === "arrow" || format === "parquet"
      ? await columnFileLines(file, { format, schema: prediction === undefined ? {} : rowSchema(prediction) })
      : null;
  const values = {
    ...{ rows: lines?.file ?? file, format: lines === null ? format : "jsonl", method },
    ...{
      model: version?.name ?? "",
      modelVersion: String(version?.number ?? 0),
      rowsPerTask: String(flags.rowsPerTask),
    },
  };
  const entries = Object.entries(values);
  return {
    parameters: new Map(entries.map(([name, text]) => [name, { texts: [text], source: `the value of ${name}` }])),
    clean: () => lines?.remove(),
  };
}

/** Answers of JSON lines in the format of a file. */
async function answersAs(format: FileFormat, answers: readonly string[]): Promise<readonly (string | Uint8Array)[]> {
  if (format === "jsonl") return answers;
  const values = linesOfText(answers.join("")).map((line): unknown => JSON.parse(line));
  return format === "csv" ? [csvText(values)] : [arrowOf(await loadArrow(), { answers: values, schema: {} })];
}

const OF_BEGINNING = ["input", "method", "model", "rowsPerTask"];

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

type FileFormat = "jsonl" | "csv" | ColumnFormat;

function formatOf(file: string): FileFormat {
  switch (path.extname(file).toLowerCase()) {
    case ".arrow":
    case ".arrows":
      return "arrow";
    case ".parquet":
      return "parquet";
    case ".csv":
      return "csv";
    case ".jsonl":
    case ".ndjson":
      return "jsonl";
    default:
      throw serviceError(
        `Cannot tell the format of ${path.basename(file)} because its name ends in none that is known`,
        {
          hint: "JSON lines end in .jsonl or .ndjson, CSV in .csv, Arrow in .arrow, Parquet in .parquet",
        },
      );
  }
}

function writeOut(file: string, pieces: readonly (string | Uint8Array)[]): void {
  try {
    writeWhole(file, pieces);
  } catch (error) {
    throw serviceError(`Cannot write ${path.basename(file)} because ${messageOf(error)}`, {
      hint: "make room, or name another file with --output, and call predict with --resume: nothing is computed again",
    });
  }
}
