import { modelError, shown } from "./model-error.ts";

const MAX_REASON_CHARS = 10_000;

/** Why something is moved or removed; null where nothing was said. @throws MillraceError `MILLRACE_MODEL` */
export function checkReason(reason: unknown): string | null {
  if (reason === undefined || reason === null) return null;
  if (typeof reason === "string" && reason.length <= MAX_REASON_CHARS) return reason;
  throw modelError(
    `Cannot use this reason because it is not a text of at most ${MAX_REASON_CHARS} characters: ${shown(reason)}`,
  );
}
