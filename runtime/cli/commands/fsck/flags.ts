import type { InspectOptions } from "../../show/inspect-options.ts";

export interface FsckFlags extends InspectOptions {
  readonly quick?: boolean;
  readonly repair?: boolean;
}
