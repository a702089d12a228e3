import { attemptNumbers } from "../../runtime/datastore/reader/log-source.ts";
import { MillraceError } from "../base/millrace-error.ts";
import type { TaskReader } from "./task-reader.ts";

/** @throws MillraceError `MILLRACE_PATHSPEC` if the task had no such attempt; undefined is the latest */
export function checkAttempt(
  task: TaskReader,
  { attempt, what }: { attempt: number | undefined; what: "logs" | "metrics" | "cards" },
): void {
  const numbers = attemptNumbers(task.summary);
  if (attempt === undefined || numbers.includes(attempt)) return;
  throw new MillraceError({
    code: "MILLRACE_PATHSPEC",
    headline: `Cannot read the ${what} of attempt ${attempt} of ${task.pathspec} because there is no such attempt`,
    details: [numbers.length === 0 ? "it has not started" : `attempts: ${numbers.join(", ")}`],
  });
}
