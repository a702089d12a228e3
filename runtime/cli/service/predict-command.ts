import { Command } from "commander";
import { countOption } from "../count-option.ts";
import { addRunOptions } from "../commands/run/add-run-options.ts";
import type { PredictFlags } from "./predict-flags.ts";
import type { ServiceContext } from "./service-context.ts";

/** `predict`: the rows of a file, as a run of a flow. */
export function predictCommand(context: ServiceContext): Command {
  const command = new Command("predict")
    .description("answer the rows of a file, each as the server would answer it")
    .option("--input <file>", "rows: JSON lines (.jsonl, .ndjson), CSV with a header (.csv), .arrow or .parquet")
    .requiredOption("--output <file>", "answers in the order of the rows: .jsonl, .csv or .arrow")
    .option("--method <name>", "the method that answers (default: the class's only one)")
    .option("--model <version>", "another version of a model: churn@7, churn@production (default: as the class says)")
    .option("--rows-per-task <n>", "rows that one task answers", countOption, 10_000)
    .option("--resume [run]", "go on with a run that failed or was killed (default: your latest one)");
  return addRunOptions(command).action(async (flags: PredictFlags) => {
    const { predictFile } = await import("./predict-file.ts");
    await predictFile(context, command, flags);
  });
}
