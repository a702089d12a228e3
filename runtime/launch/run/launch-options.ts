import type { BranchChoice } from "../../datastore/branch-name.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import type { RunTrigger } from "../../datastore/kinds/run-trigger.ts";
import type { RunDocument } from "../../datastore/records.ts";
import type { RunState } from "../../scheduler/run-state.ts";
import type { Settings } from "../../settings/read-settings.ts";
import type { AdmittedNeeds } from "../engines/admitted-needs.ts";
import type { DriveListener } from "./drive.ts";
import type { ResolvedRunOptions } from "./run-options.ts";

/** What every front end says of a run that it starts. */
export interface LaunchOptions {
  readonly store: Datastore;
  readonly settings: Settings;
  readonly options: ResolvedRunOptions;
  /** What past tasks used, where {@link ResolvedRunOptions.admit} wants it and the front end has read it already. */
  readonly admitted?: ReadonlyMap<string, AdmittedNeeds> | null;
  /** Of a `@project` flow. */
  readonly branch?: BranchChoice;
  /** What the run finds as its cause. @defaultValue that of the run that it resumes */
  readonly trigger?: RunTrigger | undefined;
  /** How the user calls the command line, for hints. */
  readonly programName: string;
  readonly millraceVersion: string;
  readonly on: LaunchListener;
}

export interface LaunchListener extends DriveListener {
  /** npm begins to install a step's packages. */
  installing(step: string, packages: readonly string[]): void;
  /** The run has its id and is recorded. */
  created(document: RunDocument): void;
  /** Something beside the run itself went wrong. */
  warning(text: string): void;
}

/** A run under way. */
export interface LaunchedRun {
  readonly document: RunDocument;
  /** Resolves when nothing runs any more. */
  readonly finished: Promise<RunState>;
  /** Ends the run: the first call asks its tasks to stop, a second one kills them. */
  interrupt(reason: string): void;
}
