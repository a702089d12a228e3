import type { TaskSpec } from "../../task/task-spec.ts";
import type { RunName } from "./job-service.ts";

const MAX_NAME = 128;

/** A group is named after its first attempt, which starts once. */
export function groupName({ flow, run }: RunName, { step, task, attempt }: TaskSpec): string {
  const rest = `-${run}-${task}-${attempt}`;
  const start = `${flow}-${step}`.replaceAll(/[^A-Za-z0-9_-]/g, "_").replace(/^[^A-Za-z]/, "f");
  return `${start.slice(0, MAX_NAME - rest.length)}${rest}`;
}
