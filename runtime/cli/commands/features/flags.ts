import type { InspectOptions } from "../../show/inspect-options.ts";

export interface GetFlags extends InspectOptions {
  readonly file?: string;
}

export interface MaterializeFlags extends InspectOptions {
  readonly until?: string;
  readonly back?: boolean;
  readonly view?: readonly string[];
}

export interface CheckFlags extends InspectOptions {
  readonly model: string;
  readonly window: string;
}
