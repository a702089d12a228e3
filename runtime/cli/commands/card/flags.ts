import type { BranchOptions } from "../../owner-meant.ts";
import type { InspectOptions } from "../../show/inspect-options.ts";

export interface ListCardsFlags extends InspectOptions, BranchOptions {}

export interface ViewCardFlags extends ListCardsFlags {
  readonly id?: string;
  readonly attempt?: number;
}

export interface GetCardFlags extends ViewCardFlags {
  readonly out?: string;
}
