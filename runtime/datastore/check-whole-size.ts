import { MillraceError } from "../../sdk/base/millrace-error.ts";

/** What is larger is read in parts; no record is nearly as large. */
export const MAX_WHOLE_BYTES = 256 * 2 ** 20;

/**
 * Refuses to take an object into memory that cannot be what it is taken for.
 * @throws MillraceError `MILLRACE_TOO_LARGE`
 */
export function checkWholeSize(key: string, size: number): void {
  if (size <= MAX_WHOLE_BYTES) return;
  throw new MillraceError({
    code: "MILLRACE_TOO_LARGE",
    headline: `Cannot read ${key} because a record has at most ${MAX_WHOLE_BYTES} bytes: it has ${size}`,
    hint: "Millrace did not write it, or it was damaged from outside; fsck reports what is lost",
  });
}
