import { TASK_VARIABLES } from "../../engines/container/task-variables.ts";
import { Settings } from "../../settings/read-settings.ts";

/** What the code of a step sees of the process that executes it: nothing of what a target told that. */
export function withoutTaskVariables({ env, cwd }: Settings): Settings {
  const ours = new Set<string>(Object.values(TASK_VARIABLES));
  return new Settings(Object.fromEntries(Object.entries(env).filter(([name]) => !ours.has(name))), cwd);
}
