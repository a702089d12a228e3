import type { BranchOptions } from "../../owner-meant.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";
import type { StoredLogStream } from "../../../datastore/stored-log-line.ts";

export interface LogsFlags extends InspectOptions, BranchOptions {
  readonly stream: StoredLogStream | "both";
  readonly timestamps?: boolean;
  readonly follow?: boolean;
  readonly attempt?: number;
  readonly raw?: boolean;
}
