import type { BranchOptions } from "../../owner-meant.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";
import type { Requirement } from "../../../settings/parse-requirement.ts";

export interface VersionsFlags extends InspectOptions {
  readonly limit: number;
}

export interface RegisterFlags extends InspectOptions, BranchOptions {
  readonly metric?: ReadonlyMap<string, number>;
  readonly description?: string;
}

export interface ReasonFlags extends InspectOptions {
  readonly reason?: string;
}

export interface PromoteFlags extends ReasonFlags {
  readonly alias: string;
  readonly expect?: number | "none";
  readonly require?: Requirement;
}

export interface RollbackFlags extends ReasonFlags {
  readonly expect?: number;
}

export interface HistoryFlags extends InspectOptions {
  readonly at?: string;
}
