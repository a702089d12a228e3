import { isLocator } from "../records.ts";
import {
  amount,
  type Check,
  count,
  faultIn,
  fields,
  flag,
  hash,
  kinds,
  list,
  name,
  optional,
  table,
  text,
  time,
} from "./checks.ts";

/** What several records hold. */
const ref = { hash, size: count, type: text, data: optional(text), files: optional(hash) };
export const artifactRef = fields(ref);
const itemRef = fields({ ...ref, label: optional(text) });
export const artifactTable = table(artifactRef);

export const locator: Check = (value) =>
  typeof value === "string" && isLocator(value) ? null : " is not the place of a result";

/** Where a run of a `@project` flow belongs. */
export const projectPlace = fields({ name: text, branch: text, isProduction: flag });

export const errorRecord = fields({
  name: text,
  message: text,
  code: optional(text),
  stack: optional(text),
  causes: optional(list(text)),
  file: optional(text),
  line: optional(count),
  column: optional(count),
  frame: optional(text),
});

/** Features that tasks computed. */
export const featureUses = list(fields({ view: name, version: count, hash, features: list(text), task: text }));

export const takenTransition = kinds("kind", {
  end: {},
  linear: { target: name },
  switch: { target: name, case: text },
  branch: { targets: list(name) },
  gang: { target: name, size: count },
  foreach: { target: name, size: count, items: fields({ itemsPerBlob: count, blobs: list(hash) }) },
});

export const taskSource = kinds("kind", {
  start: {},
  retry: {},
  next: { after: count },
  child: { split: count, index: count },
  join: { split: count },
});

/** What an attempt used. */
export const taskUsage = fields({
  cpuMs: optional(count),
  peakMemory: optional(count),
  systemMs: optional(count),
  ranMs: optional(count),
  readBytes: optional(count),
  writtenBytes: optional(count),
  gpu: optional(
    fields({
      count,
      meanPercent: optional(amount),
      maxPercent: optional(amount),
      peakMemory: optional(count),
      model: optional(text),
    }),
  ),
  exhausted: optional(count),
  isPartial: optional(flag),
  isEstimated: optional(flag),
  isOnSpot: optional(flag),
  // Later versions may know of more.
  lacks: optional(list(text)),
});

export function faultOfUsage(record: unknown): string | null {
  return faultIn(taskUsage, record);
}

const ODD_NUMBERS: ReadonlySet<unknown> = new Set(["NaN", "Infinity", "-Infinity"]);

export const storedNumber: Check = (value) =>
  typeof value === "number" || ODD_NUMBERS.has(value) ? null : " is not a number";

export const lastValues = table(fields({ step: count, value: storedNumber, time }));

export function faultOfErrorRecord(record: unknown): string | null {
  return faultIn(errorRecord, record);
}

export function faultOfTransition(record: unknown): string | null {
  return faultIn(takenTransition, record);
}

const items = list(itemRef);

export function faultOfItems(record: unknown): string | null {
  return faultIn(items, record);
}
