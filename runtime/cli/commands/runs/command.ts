import { Command, InvalidArgumentError, Option } from "commander";
import { isNamespace, type Namespace } from "../../../datastore/reader/namespace.ts";
import type { RunStatus } from "../../../datastore/reader/run-summary.ts";
import { showRuns } from "./run.ts";
import type { StoreContext } from "../../cli-context.ts";
import { wholeNumber, withInspectOptions } from "../../show/inspect-options.ts";
import type { RunsFlags } from "./flags.ts";

const STATUSES: readonly RunStatus[] = ["pending", "running", "succeeded", "failed", "stale"];

/** `runs`: the runs of the flow, or of all flows, newest first. */
export function runsCommand(context: StoreContext): Command {
  const command = new Command("runs")
    .description(`list the runs of ${context.flowName === null ? "all flows" : "this flow"}, newest first`)
    .option("--limit <n>", "at most this many; 0 for all", wholeNumber, 20)
    .addOption(new Option("--status <status>", "only runs of this status").choices(STATUSES))
    .option("--tag <tag>", "only runs with this tag; may be repeated", (tag, tags: string[]) => [...tags, tag], [])
    .option("--columns <names>", "also these parameters and fields of end tasks: horizon,bests.mape", collected)
    .option("--metric <name>", "also the last value of this metric; may be repeated", collected)
    .option("--sort <order>", "metric:NAME, or -metric:NAME for the largest first; then --limit")
    .option("--deployment <name>", "only runs that this deployment started")
    .option("--namespace <whose>", "only runs of user:NAME or project:NAME", namespaceOf, "all");
  if (context.flowName !== null)
    return withInspectOptions(command).action((options: RunsFlags) => showRuns(context, { ...options, flow: null }));
  return withInspectOptions(command)
    .argument("[flow]", "only runs of this flow")
    .action((flow: string | undefined, options: RunsFlags) => showRuns(context, { ...options, flow: flow ?? null }));
}

function collected(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function namespaceOf(text: string): Namespace {
  if (isNamespace(text)) return text;
  throw new InvalidArgumentError("It takes user:NAME, project:NAME or all.");
}
