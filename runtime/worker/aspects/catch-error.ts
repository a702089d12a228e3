import type { ErrorRecord } from "../../datastore/records.ts";
import type { Aspect } from "./aspect.ts";

/** `@catchError`: the flow goes on without the step's success, and finds the error in the field that it names. */
export const CATCH_ERROR: Aspect = {
  name: "catch",
  isFor: ({ catchAs }) => catchAs !== undefined,
  begin({ spec, node, fields }) {
    const { catchAs } = node.settings;
    return {
      // The process of the last attempt died, and could not conclude it.
      before: () => (spec.caught === null ? null : { status: "caught", error: spec.caught }),
      catches: () => true,
      leave({ error }) {
        if (typeof catchAs !== "string") return;
        if (error === null) fields.clear(catchAs);
        else fields.set(catchAs, errorOf(error));
      },
    };
  },
};

function errorOf(record: ErrorRecord): Error {
  const error = new Error(record.message);
  error.name = record.name;
  error.stack = record.stack ?? `${record.name}: ${record.message}`;
  return record.code === undefined ? error : Object.assign(error, { code: record.code });
}
