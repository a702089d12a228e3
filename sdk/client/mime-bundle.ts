import { MillraceError } from "../base/millrace-error.ts";

/** What notebooks ask an object for: Deno's kernel and Millrace's own look for this name. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/** An object's looks by MIME type, as Jupyter takes them; a text is always among them. */
export type MimeBundle = Readonly<Record<string, string>> & { readonly "text/plain": string };

const EXAMPLES = {
  Flow: "RecSysFlow",
  Run: "RecSysFlow/latest",
  Step: "RecSysFlow/latest/start",
  Task: "RecSysFlow/latest/start/1",
  Artifact: "RecSysFlow/latest/start/1/ratings",
};

/** @throws MillraceError `MILLRACE_USAGE` for `new Run("Flow/1")`: a constructor cannot wait for what it names */
export function refuseNew(
  made: unknown,
  { by, type }: { by: abstract new (...args: never[]) => object; type: keyof typeof EXAMPLES },
): void {
  if (made instanceof by) return;
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot make a ${type} with new because it is read from a datastore`,
    hint: `await ${type}.get(${JSON.stringify(typeof made === "string" ? made : EXAMPLES[type])})`,
  });
}
