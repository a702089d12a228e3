import { MillraceError } from "../../../sdk/base/millrace-error.ts";

/** For a definition, a source or a question that cannot be used. */
export function featureError(
  headline: string,
  more: { readonly details?: readonly string[]; readonly hint?: string; readonly cause?: unknown } = {},
): MillraceError {
  return new MillraceError({ code: "MILLRACE_FEATURE", headline, ...more });
}
