import { Command } from "commander";
import { ENGINES, engineNamed } from "../../../engines/index.ts";
import type { StoreContext } from "../../cli-context.ts";
import { RUN_FORMS, withBranchOptions } from "../../owner-meant.ts";
import { withInspectOptions } from "../../show/inspect-options.ts";
import type { ChooseJobsFlags } from "./flags.ts";

/** What the user typed: `jobs`, which asks all engines or the one named, or the name of one. */
interface JobsCommand {
  readonly name: string;
  /** Null where `--engine` says which. */
  readonly engine: string | null;
  readonly title: string;
}

/** `jobs list|logs|kill`: a flow's jobs on engines elsewhere. */
export function jobsCommand(context: StoreContext): Command {
  const title = "list or end the flow's jobs in containers and on clusters, or show their output";
  return commandOf(context, { name: "jobs", engine: null, title });
}

/** `batch …`: the same as `jobs … --engine batch`. */
export function batchCommand(context: StoreContext): Command {
  return commandOf(context, {
    name: "batch",
    engine: "batch",
    title: "list or end the flow's jobs on AWS Batch, or show their output: jobs --engine batch",
  });
}

function commandOf(context: StoreContext, of: JobsCommand): Command {
  const example = (args: string) => `\nExample: ${context.programName} ${of.name} ${args}`;
  const command = new Command(of.name).description(of.title);
  const list = new Command("list")
    .description("list your jobs of this flow that have not ended")
    .option("--ended", "also jobs that have ended, as long as the engine remembers them")
    .addHelpText("after", example("list --run latest"));
  command.addCommand(
    withChoice(list, of).action(async (given: Given) => {
      const { listJobs } = await import("./list-jobs.ts");
      await listJobs(context, flagsOf(given, of));
    }),
  );
  const logs = new Command("logs")
    .description("show the output of a task's container, from the datastore or else from the engine")
    .argument("<pathspec>", "run/step/task")
    .addHelpText("after", example("logs latest/train/3"));
  command.addCommand(
    withEngines(logs, of).action(async (pathspec: string, given: Given) => {
      const { showJobLogs } = await import("./show-job-logs.ts");
      await showJobLogs(context, { ...flagsOf(given, of), pathspec });
    }),
  );
  const kill = new Command("kill")
    .description("end your jobs of this flow and list them")
    .addHelpText("after", example("kill --run latest --step train"));
  command.addCommand(
    withChoice(kill, of).action(async (given: Given) => {
      const { killJobs } = await import("./kill-jobs.ts");
      await killJobs(context, { ...flagsOf(given, of), commandName: of.name });
    }),
  );
  return command;
}

type Given = Omit<ChooseJobsFlags, "places"> & Readonly<Record<string, unknown>>;

function flagsOf(given: Given, { engine }: JobsCommand): ChooseJobsFlags {
  const places = new Map<string, string>();
  for (const { jobs } of ENGINES) {
    const said = jobs.place === null ? undefined : given[jobs.place.option];
    if (jobs.place !== null && typeof said === "string") places.set(jobs.place.option, said);
  }
  return { ...given, places, ...(engine === null ? {} : { engine }) };
}

function withChoice(command: Command, of: JobsCommand): Command {
  return withEngines(
    command
      .option("--run <run>", `only jobs of this run, yours or another user's: ${RUN_FORMS}`)
      .option("--user <name>", "those of another user")
      .option("--all", "those of all users")
      .option("--step <step>", "only jobs of this step"),
    of,
  );
}

function withEngines(command: Command, { engine }: JobsCommand): Command {
  const asked = engine === null ? ENGINES : [engineNamed(engine)];
  if (engine === null) {
    const names = ENGINES.map(({ name }) => name).join(", ");
    command.option("--engine <name>", `only those of this engine: ${names} (default: all)`);
  }
  for (const one of asked) {
    const place = one?.jobs.place ?? null;
    if (place !== null) command.option(`--${place.option} <${place.option}>`, place.help);
  }
  return withInspectOptions(withBranchOptions(command));
}
