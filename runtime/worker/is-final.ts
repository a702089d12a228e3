import { errorClass } from "../../sdk/base/error-codes.ts";
import { isMillraceError } from "../../sdk/base/millrace-error.ts";

/** True for an error of a flow that could not be loaded, if no further attempt can end otherwise. */
export function isFinal(error: unknown): boolean {
  return isMillraceError(error) && errorClass(error.code) === "flow";
}
