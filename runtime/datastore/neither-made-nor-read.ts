import { MillraceError } from "../../sdk/base/millrace-error.ts";

/** So often somebody else may be about to write a number that cannot be seen yet. */
export const MAX_TRIES = 20;

/** For something in the place of a record that is none, such as a folder: nobody would ever get on. */
export function neitherMadeNorRead(key: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_STORAGE",
    headline: `Cannot write ${key} because something is there that is not a record`,
    hint: "look at it, and move it away",
  });
}
