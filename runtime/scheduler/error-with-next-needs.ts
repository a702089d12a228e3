import { needsAt } from "../../sdk/base/needs-at.ts";
import type { ResourceSettings } from "../../sdk/base/step-settings.ts";
import type { ErrorRecord } from "../datastore/records.ts";

/** The error of an attempt that ran out of memory and is followed by another one: where that gets more, it says so. */
export function errorWithNextNeeds(
  error: ErrorRecord,
  { resources, attempt }: { readonly resources: ResourceSettings | undefined; readonly attempt: number },
): ErrorRecord {
  if (error.code !== "MILLRACE_OUT_OF_MEMORY" || resources === undefined) return error;
  const next = needsAt(resources, attempt + 1).memoryMb;
  if (next <= needsAt(resources, attempt).memoryMb) return error;
  return { ...error, message: `${error.message}\nthe next attempt gets ${next} MB` };
}
