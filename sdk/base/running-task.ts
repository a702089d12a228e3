import { MillraceError } from "./millrace-error.ts";
import { host, type TaskHost } from "./host.ts";

/**
 * The task that runs in this process, or a clear error that names what was asked for.
 *
 * @param flow - whose task it must be: code that a finished task left behind must not act on the next one
 */
export function runningTask(what: string, flow?: object): TaskHost {
  const task = host().task;
  if (task !== undefined && (flow === undefined || task.flow === flow)) return task;
  throw new MillraceError({
    code: "MILLRACE_OUTSIDE_TASK",
    headline: `Cannot use ${what} because no task is running`,
    hint: `use ${what} inside a step that runs as a task; check \`current.isRunning\` where both can be`,
  });
}
