import { Command } from "commander";
import type { CliContext } from "../../context.ts";
import { withInspectOptions } from "../../show/inspect-options.ts";
import type { BatchOptions, BatchJobsOptions } from "./flags.ts";

/** `batch list|logs|kill`: the flow's jobs on AWS Batch. */
export function batchCommand(context: CliContext): Command {
  const { programName: program } = context;
  const command = new Command("batch").description("list, read or end the flow's jobs on AWS Batch");
  const list = new Command("list")
    .description("list your jobs of this flow that have not ended")
    .option("--ended", "also those that have ended, as long as AWS remembers them")
    .addHelpText("after", `\nExample: ${program} batch list --run latest`);
  command.addCommand(
    withJobOptions(list).action(async (options: BatchJobsOptions) => {
      const { listJobs } = await import("./run.ts");
      await listJobs(context, options);
    }),
  );
  const logs = new Command("logs")
    .description("show what a task's container wrote: from the datastore, else from CloudWatch")
    .argument("<pathspec>", "run/step/task")
    .addHelpText("after", `\nExample: ${program} batch logs latest/train/3`);
  command.addCommand(
    withBatchOptions(logs).action(async (pathspec: string, options: BatchOptions) => {
      const { showJobLogs } = await import("./logs.ts");
      await showJobLogs(context, { ...options, pathspec });
    }),
  );
  const kill = new Command("kill")
    .description("end your jobs of this flow, and say which")
    .addHelpText("after", `\nExample: ${program} batch kill --run latest --step train`);
  command.addCommand(
    withJobOptions(kill).action(async (options: BatchJobsOptions) => {
      const { killJobs } = await import("./run.ts");
      await killJobs(context, options);
    }),
  );
  return command;
}

function withJobOptions(command: Command): Command {
  return withBatchOptions(
    command
      .option("--run <run>", "only of this run, whoever started it: its id, its beginning or end, or latest")
      .option("--user <name>", "those of somebody else")
      .option("--all", "those of everybody")
      .option("--step <step>", "only of this step"),
  );
}

function withBatchOptions(command: Command): Command {
  return withInspectOptions(
    command.option("--queue <queue>", "the job queue (default: MILLRACE_BATCH_QUEUE or millrace.config.json)"),
  );
}
