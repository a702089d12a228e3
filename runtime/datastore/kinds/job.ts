import { damagedRecord, formatIn, parseJson } from "../parse-record.ts";
import {
  count,
  faultIn,
  fields,
  flag,
  hasFormat,
  kinds,
  list,
  name,
  oneOf,
  optional,
  orNull,
  table,
  text,
  time,
} from "../shapes/checks.ts";
import { errorRecord, lastValues, locator, takenTransition, taskUsage } from "../shapes/parts.ts";
import { secretSource } from "../shapes/secret-origin.ts";
import type { RecordKind } from "./record-kind.ts";

const FORMAT = 1;

const group = fields({
  format: hasFormat(FORMAT),
  engine: text,
  group: fields({
    name: text,
    run: fields({ flow: name, run: name }),
    needs: fields({
      reuse: optional(fields({ maxTasks: count, idleMs: count, taskTimeoutMs: orNull(count) })),
    }),
    command: list(text),
    env: table(text),
  }),
  setup: fields({
    flow: name,
    run: name,
    documentHash: text,
    vars: table(text),
    environment: orNull(fields({ packages: list(text) })),
    node: orNull(text),
    isolation: optional(oneOf("module", "process")),
    heapMb: count,
    samplesGpus: optional(flag),
    secretSources: optional(list(fields({ source: secretSource, overruled: list(text) }))),
  }),
  width: count,
});

const task = fields({
  task: count,
  step: name,
  attempt: count,
  path: text,
  isLastAttempt: flag,
  inputs: list(locator),
  stack: list(fields({ step: name, index: count, size: count, blob: text, at: count })),
  gang: orNull(fields({ size: count, index: count })),
  caught: orNull(errorRecord),
});

const measured = { usage: optional(taskUsage), metrics: optional(lastValues) };

const outcomeFields = kinds("status", {
  succeeded: { next: takenTransition, result: locator, ...measured },
  caught: { next: takenTransition, result: locator, error: errorRecord, ...measured },
  failed: { error: errorRecord, isRetryable: flag, isCrash: flag, isInterruption: optional(flag), ...measured },
});

const outcome = fields({ format: hasFormat(FORMAT), outcome: outcomeFields });

const stop = fields({
  name: oneOf("AbortError", "TimeoutError"),
  message: text,
  code: optional(text),
  task: optional(count),
});

const attempt = { task: count, attempt: count };

/** A line of what a job that takes several tasks tells of them. */
const told = kinds("type", {
  began: attempt,
  returned: attempt,
  ended: { ...attempt, outcome: outcomeFields, hasOutput: flag, ms: time },
  closed: {},
});

const PAPERS = { group, task, outcome, stop, told };

/** What a scheduler and the containers that it started tell each other. */
export const jobKind: RecordKind = {
  name: "job",
  // Ten thousand tasks have as many outcomes.
  isLarge: true,
  keys: [
    {
      key: "flows/<Flow>/<run>/jobs/<group>/group.jsonl",
      is: "tasks that containers or AWS Batch execute",
      form: "lines",
    },
    { key: "flows/<Flow>/<run>/jobs/<group>/group.jsonl.id", is: "what the engine calls them", form: "bytes" },
    { key: "flows/<Flow>/<run>/jobs/<group>/outcome-<n>.json", is: "how one of them ended", form: "whole" },
    { key: "flows/<Flow>/<run>/jobs/<group>/stop-<n>.json", is: "why one of them was told to stop", form: "whole" },
    {
      key: "flows/<Flow>/<run>/jobs/<group>/tasks-<n>.jsonl",
      is: "further tasks for one of them, with `@reuse`",
      form: "lines",
    },
    {
      key: "flows/<Flow>/<run>/jobs/<group>/told-<n>.jsonl",
      is: "what it tells of all of its tasks: which began, and how they ended",
      form: "lines",
    },
  ],
  parse(json, key) {
    if (key.includes("/told-")) return parsePaper(json, { key, is: "told" });
    if (key.includes("/tasks-")) return parsePaper(json, { key, is: "task" });
    if (!key.endsWith("/group.jsonl"))
      return parsePaper(json, { key, is: key.includes("/stop-") ? "stop" : "outcome" });
    // The first line is what the jobs share.
    return parsePaper(json, { key, is: formatIn(json) === undefined ? "task" : "group" });
  },
  title: ({ key }) => key,
  loses: ({ flow, run }) => [`how jobs of ${flow}/${run} went, to a scheduler that looks for them again`],
  fix: ({ key }) => `delete ${key} unless the run is still going`,
};

/**
 * Parses one of the papers of a job, or a line of it.
 * @param of - `is`: which one it has to be
 */
export function parsePaper(json: string, { key, is }: { key: string; is: keyof typeof PAPERS }): unknown {
  const record = parseJson(json, key);
  const fault = faultIn(PAPERS[is], record);
  if (fault !== null) throw damagedRecord(key, `it is not what belongs there: ${fault}`);
  return record;
}
