import type { InspectOptions } from "../../show/inspect-options.ts";

export interface DeploymentFlags extends InspectOptions {
  readonly name: string;
}

export interface ChangeFlags extends DeploymentFlags {
  readonly takeOver?: true;
}

export interface BackfillFlags extends DeploymentFlags {
  readonly from: string;
  readonly to: string;
  readonly maxActive?: number;
}
