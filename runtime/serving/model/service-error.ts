import { MillraceError } from "../../../sdk/base/millrace-error.ts";

/** For a service that cannot be served as it is. */
export function serviceError(
  headline: string,
  more: { readonly details?: readonly string[]; readonly hint?: string } = {},
): MillraceError {
  return new MillraceError({ code: "MILLRACE_SERVICE", headline, ...more });
}
