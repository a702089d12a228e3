import type { DeployTarget } from "../deployer.ts";
import { STEP_FUNCTIONS_SETTINGS } from "./step-functions-settings.ts";

/** State machines of AWS Step Functions that start jobs of AWS Batch; EventBridge starts them. */
export const stepFunctionsTarget: DeployTarget = {
  name: "step-functions",
  where: "to Step Functions",
  title: "run by AWS Step Functions as jobs of AWS Batch, started by EventBridge",
  settings: STEP_FUNCTIONS_SETTINGS,
  engine: "batch",
  starts: "execution",
  load: async () => (await import("./step-functions-deployer.ts")).stepFunctionsDeployer,
};
