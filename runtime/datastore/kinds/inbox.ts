import type { QueuePlace } from "../../../sdk/base/triggers.ts";
import { parseRecord } from "../parse-record.ts";
import type { RECORD_FORMAT } from "../records.ts";
import {
  type Check,
  count,
  faultIn,
  fields,
  flag,
  name,
  optional,
  orNull,
  table,
  text,
  time,
} from "../shapes/checks.ts";
import type { RecordKind } from "./record-kind.ts";
import { type RunTrigger, runTrigger } from "./run-trigger.ts";

/** A note that says no more than its key does: an event was published, a deployment changes, a run has ended. */
export interface InboxNote {
  readonly format: typeof RECORD_FORMAT;
  readonly time: number;
}

/** A fire that is to be decided on, or whose run has not ended. All that it takes to go on after who wrote it died. */
export interface OpenFire extends InboxNote {
  readonly deployment: string;
  readonly version: number;
  readonly flow: string;
  /** The run, if this is what gets decided: the fire has the last word. */
  readonly run: string;
  readonly trigger: RunTrigger;
  readonly parameters: Readonly<Record<string, string>>;
  /** Null for one that stands in no queue. */
  readonly queue: QueuePlace | null;
  /** It waits until the deployment's runs before it have ended. */
  readonly isInTurn: boolean;
  /** At most so many of the fires that share this name run at once. */
  readonly limit?: FireLimit;
}

export interface FireLimit {
  readonly name: string;
  readonly runs: number;
}

/** A scheduler starts the process that drives the run of a fire; the last of them counts. */
export interface FireStart extends InboxNote {
  /** Id of the scheduler. */
  readonly scheduler: string;
  readonly host: string;
  readonly pid: number;
}

/** A slot of a queue is taken; the last one of that slot counts, until the run of its fire has ended. */
export interface SlotTaken extends InboxNote {
  readonly deployment: string;
  readonly fire: string;
}

const number: Check = (value) => (Number.isFinite(value) ? null : " is not a number");
const note = { time };
const CHECKS: Readonly<Record<string, Check>> = {
  event: fields(note),
  changed: fields(note),
  finished: fields(note),
  fire: fields({
    ...note,
    deployment: name,
    version: count,
    flow: name,
    run: name,
    trigger: runTrigger,
    parameters: table(text),
    queue: orNull(fields({ name: text, priority: number })),
    isInTurn: flag,
    limit: optional(fields({ name: text, runs: count })),
  }),
  start: fields({ ...note, scheduler: name, host: text, pid: count }),
  slot: fields({ ...note, deployment: name, fire: name }),
};

/** What schedulers have to look at: one list of names tells all of it. */
export const inboxKind: RecordKind<InboxNote> = {
  name: "inbox",
  keys: [
    { key: "inbox/event~<id>.json", is: "an event that no scheduler has handled yet", form: "whole" },
    {
      key: "inbox/changed~<name>~<n>.json",
      is: "a deployment makes its change <n>; stays for some minutes, until every scheduler has seen it",
      form: "whole",
    },
    { key: "inbox/fire~<name>~<fire>.json", is: "a fire whose run has not ended", form: "whole" },
    {
      key: "inbox/start~<name>~<fire>~<n>.json",
      is: "who drives the run of an open fire; the last one counts",
      form: "whole",
    },
    {
      key: "inbox/slot~<queue>~<n>~<n>.json",
      is: "the open fire that has a slot of a queue; the last one counts",
      form: "whole",
    },
    {
      key: "inbox/finished~<Flow>~<run>.json",
      is: "a deployed run that has ended, and whose followers no scheduler has started yet",
      form: "whole",
    },
  ],
  parse: parseInbox,
  title: ({ key }) => key,
  loses: ({ key }) => [LOSSES[kindIn(key)] ?? key],
  fix: ({ key }) => FIXES[kindIn(key)] ?? `delete ${key}`,
};

const LOSSES: Readonly<Record<string, string>> = {
  event: "what the event would start",
  fire: "the start of a run that waits, or its continuation if its process dies",
  finished: "runs that would follow that run",
};

const FIXES: Readonly<Record<string, string>> = {
  event: "delete it, and publish the event again",
  fire: "delete it, and trigger the deployment by hand if its run never started",
  finished: "delete it, and trigger the deployments that follow by hand",
};

function kindIn(key: string): string {
  return /^inbox\/([a-z]+)~/.exec(key)?.[1] ?? "";
}

export function parseInbox(json: string, key: string): InboxNote {
  const check = CHECKS[kindIn(key)] ?? fields(note);
  return parseRecord(json, key, (record) => faultIn(check, record)) as InboxNote;
}
