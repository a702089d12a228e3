import type { DeployedTask } from "../../deployed-task.ts";
import type { DeploymentPlan } from "../../deployer.ts";

/** How tasks of an engine are written into the file. */
export interface AirflowOperator {
  /** Name of the engine. */
  readonly engine: string;
  /** Of the file: imports, and the function that makes such a task, which `write` calls. */
  readonly prelude: string;
  /** Why the tasks of a step cannot be such operators. */
  refusals(plan: DeploymentPlan, task: DeployedTask): readonly string[];
  /** Keywords of that function beside those that all have; values as JSON. */
  keywords(plan: DeploymentPlan, of: OperatorTask): Readonly<Record<string, unknown>>;
  /** The function's name. */
  readonly call: string;
}

export interface OperatorTask {
  /** The step whose engine runs it. */
  readonly step: string;
  readonly task: DeployedTask;
  /** True for what records the end of the run. */
  readonly isFinishing: boolean;
}
