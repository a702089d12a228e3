import type { Command } from "commander";
import { ownRuns, type RunOwner } from "../datastore/reader/run-owner.ts";
import type { StoreContext } from "./cli-context.ts";

/** On which branch of a `@project` the user's runs are. */
export interface BranchOptions {
  readonly branch?: string;
  readonly production?: boolean;
}

/** How a run can be named, for help. */
export const RUN_FORMS = "id of a run, its beginning or end, latest (your own), latest~1 or latest:any";

/** The options that say which branch's runs `latest` counts. */
export function withBranchOptions(command: Command): Command {
  return command
    .option("--branch <name>", "latest is your latest run on this branch of a @project (default: your own branch)")
    .option("--production", "latest is your latest run in production");
}

/** Whose runs `latest` counts: the user's own, on the branch at hand. */
export function ownerMeant({ settings }: StoreContext, { branch, production }: BranchOptions): RunOwner {
  return ownRuns({ username: settings.username, branch, isProduction: production });
}
