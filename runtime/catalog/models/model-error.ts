import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { nearest } from "../../../sdk/base/nearest.ts";

/** For a name, a reference or a value that cannot be used. */
export function modelError(
  headline: string,
  more: { readonly details?: readonly string[]; readonly hint?: string } = {},
): MillraceError {
  return new MillraceError({ code: "MILLRACE_MODEL", headline, ...more });
}

/** The hint for a name that is not there. */
export function didYouMean(
  word: string,
  { among, otherwise }: { among: readonly string[]; otherwise: string },
): string {
  const near = nearest(word, among);
  return near === null ? otherwise : `did you mean ${near}?`;
}

const SHOWN_CHARS = 60;

/** What was seen, short enough for a line. */
export function shown(value: unknown): string {
  const text = typeof value === "function" ? "a function" : (JSON.stringify(value) ?? String(value));
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
}
