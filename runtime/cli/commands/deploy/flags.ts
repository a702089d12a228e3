import type { RunFlags } from "../run/flags.ts";

export interface DeployFlags extends RunFlags {
  readonly name?: string;
  readonly paused?: true;
  readonly onlySpec?: true;
  readonly out?: string;
  readonly takeOver?: true;
}
