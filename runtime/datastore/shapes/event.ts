import { count, flag, kinds, name, oneOf, optional, orNull, text, time } from "./checks.ts";
import { errorRecord, locator, takenTransition, taskSource, taskUsage } from "./parts.ts";

export const event = kinds("type", {
  "run-started": { time },
  "task-started": { time, task: count, step: name, source: taskSource, path: text, attempt: count },
  "task-reused": {
    ...{ time, task: count, step: name, source: taskSource, path: text },
    ...{ result: locator, next: takenTransition, startedAt: time, finishedAt: time },
    caught: optional(errorRecord),
  },
  "task-succeeded": {
    ...{ time, task: count, attempt: count, result: locator, next: takenTransition },
    ...{ caught: optional(errorRecord), usage: optional(taskUsage) },
  },
  "task-failed": {
    ...{ time, task: count, attempt: count, error: errorRecord },
    ...{ retryAt: optional(orNull(time)), isCancelled: optional(flag), isInterruption: optional(flag) },
    usage: optional(taskUsage),
  },
  "run-finished": { time, status: oneOf("succeeded", "failed"), reason: optional(orNull(text)) },
});
