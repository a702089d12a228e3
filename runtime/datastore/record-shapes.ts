import type { RunDocument } from "./records.ts";
import {
  type Check,
  count,
  fields,
  flag,
  list,
  name,
  object,
  oneOf,
  optional,
  orNull,
  table,
  text,
  time,
} from "./shapes/checks.ts";
import { document } from "./shapes/document.ts";
import { event } from "./shapes/events.ts";
import { artifactRef, artifactTable, errorRecord, locator, takenTransition } from "./shapes/parts.ts";
import { release } from "./shapes/release.ts";

const result = fields({
  run: name,
  step: name,
  task: count,
  attempt: count,
  status: oneOf("succeeded", "failed", "caught"),
  startedAt: time,
  finishedAt: time,
  artifacts: artifactTable,
  next: orNull(takenTransition),
  error: orNull(errorRecord),
  repeats: optional(locator),
  gpu: optional(object),
});
const code = fields({
  flowFile: text,
  script: text,
  map: text,
  imports: list(fields({ specifier: text, names: list(text) })),
  files: table(text),
  isAsync: optional(flag),
});
const checkpoint = fields({ value: artifactRef });
const heartbeat = fields({ host: text, pid: count, time });
const packages = fields({
  packages: list(fields({ name: text, version: text, hash: text, uses: list(count) })),
  roots: list(fields({ text, step: optional(text), packages: list(count) })),
});
const tagChange = fields({ time, op: oneOf("add", "remove"), tags: list(text) });
const cacheEntry = fields({ savedAt: time, result: locator });

/**
 * Each says what is wrong with a record, or null if a reader can rely on it.
 * @param place - where it lies: the run that it has to be
 */
export function faultOfDocument(record: unknown, place: { flow: string; run: string }): string | null {
  const fault = faultOf(document, record);
  if (fault !== null) return fault;
  const { flow, run } = record as RunDocument;
  return flow === place.flow && run === place.run ? null : `it says that it is ${flow}/${run}`;
}

export function faultOfCode(record: unknown): string | null {
  return faultOf(code, record);
}

export function faultOfRelease(record: unknown): string | null {
  return faultOf(release, record);
}

export function faultOfResult(record: unknown): string | null {
  return faultOf(result, record);
}

export function faultOfCheckpoint(record: unknown): string | null {
  return faultOf(checkpoint, record);
}

export function faultOfHeartbeat(record: unknown): string | null {
  return faultOf(heartbeat, record);
}

export function faultOfPackages(record: unknown): string | null {
  return faultOf(packages, record);
}

export function faultOfEvent(record: unknown): string | null {
  return faultOf(event, record);
}

export function faultOfErrorRecord(record: unknown): string | null {
  return faultOf(errorRecord, record);
}

export function faultOfTransition(record: unknown): string | null {
  return faultOf(takenTransition, record);
}

export function faultOfTagChange(record: unknown): string | null {
  return faultOf(tagChange, record);
}

export function faultOfCacheEntry(record: unknown): string | null {
  return faultOf(cacheEntry, record);
}

export function faultOfItems(record: unknown): string | null {
  return faultOf(list(artifactRef), record);
}

function faultOf(check: Check, record: unknown): string | null {
  const fault = check(record);
  if (fault === null) return null;
  return fault.startsWith(".") ? fault.slice(1) : `it${fault}`;
}
