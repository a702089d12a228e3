import { isRecord } from "../../../sdk/base/is-record.ts";
import type { LastValues } from "../last-values.ts";
import { damagedRecord, parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import type { TaskFailed, TaskStarted, TaskSucceeded } from "../run-event.ts";
import { type Check, faultIn, fields, optional, time } from "../shapes/checks.ts";
import { event } from "../shapes/event.ts";
import { lastValues } from "../shapes/parts.ts";
import type { RecordKind } from "./record-kind.ts";
import { itemsOf } from "./result.ts";

/** What a task of a run without a scheduler of ours has recorded itself. An end tells the start that it belongs to. */
export interface TaskEventRecord {
  readonly format: typeof RECORD_FORMAT;
  readonly start: TaskStarted;
  /** Missing at the start of an attempt. */
  readonly end?: TaskSucceeded | TaskFailed;
  /** What stood last in what it logged with `current.log`; missing if it logged nothing. */
  readonly metrics?: LastValues;
}

const end: Check = (value) => {
  const type = isRecord(value) ? value["type"] : undefined;
  return type === "task-failed" || type === "task-succeeded" ? event(value) : " is not the end of an attempt";
};
const fault = fields({ start: event, end: optional(end), metrics: optional(lastValues) });

const hook = fields({ time });

export const taskEventKind: RecordKind<TaskEventRecord> = {
  name: "task event",
  keys: [
    {
      key: "flows/<Flow>/<run>/events/<place>-<n>-started.json",
      is: "of a run without a scheduler of ours: an attempt of a task began; written once, by the task",
      form: "whole",
    },
    {
      key: "flows/<Flow>/<run>/events/<place>-<n>-failed.json",
      is: "the same: that attempt failed; written once",
      form: "whole",
    },
    {
      key: "flows/<Flow>/<run>/events/<place>-done.json",
      is: "the same: the task is done, and this is its result; written once, by the first attempt that commits",
      form: "whole",
    },
  ],
  parse: parseTaskEvent,
  *references({ end }) {
    if (end?.type !== "task-succeeded") return;
    yield { to: "result", locator: end.result };
    yield* itemsOf(end.next);
  },
  title: ({ key }) => key,
  loses: ({ flow, run }) => [`what a task of ${flow}/${run} did`],
  fix: ({ key }) =>
    `delete ${key}: the journal of a run that has ended says all of it, and what a task has committed is found again when its run ends or the task is started`,
};

/** Says that whoever ended the run calls its hook: nobody else does. */
export const exitHookKind: RecordKind = {
  name: "exit hook",
  keys: [
    {
      key: "flows/<Flow>/<run>/events/hook.json",
      is: "the same: the hook of `@onExit` is called, or was; written once, before that",
      form: "whole",
    },
  ],
  parse: (json, key) => parseRecord(json, key, (record) => faultIn(hook, record)),
  title: ({ key }) => key,
  loses: () => [],
  fix: ({ key }) => `delete ${key} once the run has ended`,
};

/** @throws MillraceError for what no task records */
export function parseTaskEvent(json: string, key: string): TaskEventRecord {
  const record = parseRecord(json, key, (one) => faultIn(fault, one)) as TaskEventRecord;
  const { start, end } = record;
  if (
    (start.type as string) !== "task-started" ||
    (end !== undefined && (end.task !== start.task || end.attempt !== start.attempt))
  )
    throw damagedRecord(key, "it is not the start of an attempt with its own end");
  // Readers go from one record to the next by these names.
  const is = nameFor(record);
  if (!key.endsWith(`/events/${is}`))
    throw damagedRecord(key, `it is the record of another place: ${is.slice(0, 100)}`);
  return record;
}

/** What the key of a record ends with. */
function nameFor({ start: { path, attempt }, end }: TaskEventRecord): string {
  switch (end?.type) {
    case undefined:
      return `${path}-${attempt}-started.json`;
    case "task-failed":
      return `${path}-${attempt}-failed.json`;
    case "task-succeeded":
      return `${path}-done.json`;
  }
}
