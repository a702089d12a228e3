import type { DeployedTask } from "../../deployed-task.ts";

/** How tasks of an engine are written into the file. */
export interface AirflowOperator {
  /** Name of the engine. */
  readonly engine: string;
  /** Of the file: imports, and the function that makes such a task, which `write` calls. */
  readonly prelude: string;
  /** Why a task cannot be such an operator; null if it can. */
  refusal(task: DeployedTask): string | null;
  /** Keywords of that function beside those that all have; values as JSON. */
  keywords(task: DeployedTask): Readonly<Record<string, unknown>>;
  /** The function's name. */
  readonly call: string;
}
