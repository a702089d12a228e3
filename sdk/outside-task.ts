import { MillraceError } from "./errors.ts";
import { host, type TaskHost } from "./host.ts";

/** The task that runs in this process, or a clear error that names what was asked for. */
export function runningTask(what: string): TaskHost {
  const task = host().task;
  if (task !== undefined) return task;
  throw new MillraceError({
    code: "MILLRACE_OUTSIDE_TASK",
    headline: `Cannot use ${what} because no task is running`,
    hint: `use ${what} inside a step that runs as a task; check \`current.isRunning\` where both can be`,
  });
}
