import type { InspectOptions } from "../../show/inspect-options.ts";
import type { LogStream } from "../../../datastore/log-line.ts";

export interface LogsOptions extends InspectOptions {
  readonly stream: LogStream | "both";
  readonly timestamps?: boolean;
  readonly follow?: boolean;
  readonly attempt?: number;
  readonly raw?: boolean;
}
