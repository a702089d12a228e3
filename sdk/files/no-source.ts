import { MillraceError } from "../base/millrace-error.ts";

/** For a stored file that was made without a datastore. */
export function noSource(name: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_FILE",
    headline: `Cannot read ${name} because it does not come from a datastore`,
    hint: "read it from the artifact, or from the client",
  });
}
