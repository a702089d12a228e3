/** What notebooks ask an object for: Deno's kernel and Millrace's own look for this name. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/** An object's looks by MIME type, as Jupyter takes them; a text is always among them. */
export type MimeBundle = Readonly<Record<string, string>> & { readonly "text/plain": string };

/** @throws TypeError for `new Run("Flow/1")`, which cannot wait for what it names */
export function refuseNew(
  made: unknown,
  { by, type }: { by: abstract new (...args: never[]) => object; type: string },
): void {
  if (made instanceof by) return;
  const missing = type === "Flow" ? '"RecSysFlow"' : '"RecSysFlow/latest…"';
  throw new TypeError(
    `Cannot make a ${type} with new because it is read from a datastore: use await ${type}.get(${missing})`,
  );
}
