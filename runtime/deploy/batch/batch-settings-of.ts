import { BATCH_SETTINGS, type BatchSettings } from "../../engines/batch/batch-settings.ts";
import type { DeploymentPlan } from "../deployer.ts";

/** What the options of a deployment's jobs on Batch are made from. */
export function batchSettingsOf({ settings, version }: DeploymentPlan): BatchSettings {
  return { ...settings.engine(BATCH_SETTINGS), cli: version.programName };
}
