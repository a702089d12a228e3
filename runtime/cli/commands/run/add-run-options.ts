import { type Command, InvalidArgumentError, Option } from "commander";
import { RUN_DEFAULTS } from "../../../launch/run/run-options.ts";
import { graceMsIn } from "../../../settings/grace-setting.ts";
import { addConfigOptions } from "../../config-texts.ts";
import { countOption } from "../../count-option.ts";

/** The options that `run` and `resume` have in common. */
export function addRunOptions(command: Command): Command {
  return addOptionsOfRuns(command)
    .option(
      "--remote",
      "run steps with @batch, @docker, @kubernetes or @slurm on that engine, the others on this machine",
    )
    .option("--run-id-file <file>", "write the run's id there")
    .option("--plan-cost", "print what it will cost, by past runs and the prices of the project, and end")
    .option("--json", "print the run's events as JSON lines");
}

/** Those that say how runs are made, whoever starts them. */
export function addOptionsOfRuns(command: Command): Command {
  const collect = (text: string, before: readonly string[] = []) => [...before, text];
  return addConfigOptions(command)
    .option("--datastore <location>", "folder or bucket of the runs (default: the nearest .millrace, here or above)")
    .option("--with <decorator>", "add a decorator to every step: --with retry:times=2; repeatable", collect)
    .option("--tag <tag>", "tag the run; repeatable", collect)
    .option("--branch <name>", "branch of the flow's @project (default: your own)")
    .option("--production", "run as the production branch of the flow's @project")
    .option("--max-workers <n>", "tasks at once (default: the machine's cores; 1000 on AWS Batch)", countOption)
    .option("--max-cpu <n>", "processors that tasks on this machine share (default: all; see @resources)", processors)
    .option("--max-memory <mb>", "memory that they share, in MB (default: all; see @resources)", countOption)
    .addOption(
      new Option("--admit <how>", "pack tasks on this machine by what they ask for, or by what past runs used")
        .choices(["asked", "usage"])
        .default(RUN_DEFAULTS.admit),
    )
    .option("--max-num-splits <n>", "the most children that one split may have", countOption, RUN_DEFAULTS.maxSplits)
    .addOption(
      new Option("--isolation <kind>", "fresh modules or a fresh process for each task")
        .choices(["module", "process"])
        .default(RUN_DEFAULTS.isolation),
    )
    .addOption(
      new Option("--on-failure <what>", "stop everything, or finish what does not depend on the failed task")
        .choices(["stop", "finish"])
        .default(RUN_DEFAULTS.onFailure),
    )
    .option(
      "--grace <duration>",
      "how long tasks may take to stop after Ctrl-C or a failure: 30s (default: MILLRACE_GRACE, or 6s)",
      grace,
    )
    .option("--durable", "everything stored survives a power cut; slower (default: MILLRACE_DURABLE=1)");
}

function grace(text: string): number {
  const ms = graceMsIn(text);
  if (ms === null) throw new InvalidArgumentError("It must be a duration: 500ms, 30s, 5m, or a number of seconds.");
  return ms;
}

function processors(text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number >= 0.01) return number;
  throw new InvalidArgumentError("It must be a number of processors, 0.01 or more.");
}
