import type { Stats } from "node:fs";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";

/** For what lies in a store and is neither a file nor a folder: reading it might never end, or lead out of the store. */
export function notAnObject(key: string, found: Pick<Stats, "isSymbolicLink" | "isFIFO" | "isSocket">): MillraceError {
  return new MillraceError({
    code: "MILLRACE_NOT_AN_OBJECT",
    headline: `Cannot use ${key} in the datastore because objects are regular files: it is ${kindOf(found)}`,
    hint: found.isSymbolicLink()
      ? "move what it leads to back into its place, or mount it there (bind mount): only the datastore's folder itself may be a link"
      : "Millrace did not make it: remove it",
  });
}

export function kindOf(found: Pick<Stats, "isSymbolicLink" | "isFIFO" | "isSocket">): string {
  if (found.isSymbolicLink()) return "a link";
  if (found.isFIFO()) return "a named pipe";
  return found.isSocket() ? "a socket" : "a device";
}
