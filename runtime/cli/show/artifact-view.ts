import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { loadArtifact } from "../../datastore/load-artifact.ts";
import type { Blobs } from "../../datastore/blobs.ts";
import { type ArtifactRef, type ArtifactTable, refIn } from "../../datastore/records.ts";

/** An artifact as far as it is shown: always what it is, its value only if that could and should be loaded. */
export interface ArtifactView {
  readonly name: string;
  readonly ref: ArtifactRef;
  readonly value:
    | { readonly kind: "loaded"; readonly value: unknown }
    | { readonly kind: "too-large" }
    | { readonly kind: "unreadable"; readonly error: Error };
}

export interface ArtifactViewOptions {
  readonly blobs: Blobs;
  readonly maxBytes: number;
  /** Only this one, whatever its size. */
  readonly only: string | undefined;
}

/** The artifacts of a table, by name. */
export function artifactViews(table: ArtifactTable, options: ArtifactViewOptions): ArtifactView[] {
  const names = Object.keys(table).filter((name) => name === (options.only ?? name));
  return names.sort().flatMap((name) => {
    const ref = refIn(table, name);
    return ref === undefined ? [] : [{ name, ref, value: valueOf(name, ref, options) }];
  });
}

/** Of a field that is stored nowhere, as the flow reads `undefined` there. */
export function undefinedView(name: string): ArtifactView {
  return { name, ref: { hash: "", size: 0, type: "undefined" }, value: { kind: "loaded", value: undefined } };
}

function valueOf(
  name: string,
  ref: ArtifactRef,
  { blobs, maxBytes, only }: ArtifactViewOptions,
): ArtifactView["value"] {
  if (only === undefined && ref.size > maxBytes) return { kind: "too-large" };
  try {
    return { kind: "loaded", value: loadArtifact(blobs, name, ref) };
  } catch (error) {
    if (isMillraceError(error)) return { kind: "unreadable", error };
    throw error;
  }
}
