import type { InspectOptions } from "../../show/inspect-options.ts";
import type { RunStatus } from "../../../datastore/reader/run-summary.ts";
import type { Namespace } from "../../../datastore/reader/namespace.ts";

export interface RunsFlags extends InspectOptions {
  readonly limit: number;
  readonly status?: RunStatus;
  readonly tag: readonly string[];
  /** Each may name several. */
  readonly columns?: readonly string[];
  readonly metric?: readonly string[];
  readonly sort?: string;
  readonly namespace: Namespace;
  readonly deployment?: string;
}

export interface ShowRunsOptions extends RunsFlags {
  /** As it is named where there is no flow file; null for the flow of the file, or for all. */
  readonly flow: string | null;
}
