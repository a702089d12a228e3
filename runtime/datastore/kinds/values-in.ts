import type { ArtifactTable } from "../records.ts";
import type { Reference } from "./record-kind.ts";

/** The values of a table, by name. */
export function* valuesIn(table: ArtifactTable | undefined, what: string): Generator<Reference> {
  for (const [name, ref] of Object.entries(table ?? {})) yield { to: "value", ref, what: `${what} "${name}"` };
}
