import type { ArtifactRef, ArtifactTable } from "../records.ts";
import { filesKind } from "./files.ts";
import type { Reference } from "./record-kind.ts";

/** The values of a table, by name. */
export function* valuesIn(table: ArtifactTable | undefined, what: string): Generator<Reference> {
  for (const [name, ref] of Object.entries(table ?? {})) yield* valueIn(ref, `${what} "${name}"`);
}

/** A value, and the files in it. */
export function* valueIn(ref: ArtifactRef, what: string): Generator<Reference> {
  yield { to: "value", ref, what };
  if (ref.files !== undefined) yield { to: "record", hash: ref.files, kind: filesKind, what: `${what} (its files)` };
}
