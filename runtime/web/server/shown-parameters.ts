import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Blobs } from "../../datastore/blobs.ts";
import { loadArtifact } from "../../datastore/load-artifact.ts";
import type { ArtifactRef, ArtifactTable } from "../../datastore/records.ts";
import { previewText } from "../../text/preview-text.ts";
import type { ShownParameter } from "../api/shapes.ts";

const MAX_TEXT_CHARS = 200;
/** What would have to be read, and is larger, is told by its type. */
const MAX_BYTES = 64 * 1024;

/** Values for a list: what lies in the record itself, so that no row needs another look. */
export function parameterValues(blobs: Blobs, table: ArtifactTable): Readonly<Record<string, unknown>> {
  const rows = Object.entries(table).map(([name, ref]) => [
    name,
    ref.data === undefined ? ref.type : plain(blobs, name, ref),
  ]);
  return Object.fromEntries(rows) as Record<string, unknown>;
}

export function shownParameters(blobs: Blobs, table: ArtifactTable): ShownParameter[] {
  return Object.entries(table).map(([name, ref]) => {
    const loaded = ref.size > MAX_BYTES ? null : loadedOr(blobs, name, ref);
    const text = loaded === null ? ref.type : previewText(loaded.value, { maxDepth: null, hasColors: false });
    return { name, type: ref.type, text };
  });
}

function plain(blobs: Blobs, name: string, ref: ArtifactRef): unknown {
  const loaded = loadedOr(blobs, name, ref);
  if (loaded === null) return ref.type;
  const { value } = loaded;
  const isPlain =
    value === null ||
    typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value)) ||
    (typeof value === "string" && value.length <= MAX_TEXT_CHARS);
  return isPlain ? value : previewText(value, { maxDepth: null, hasColors: false });
}

/** Null for what cannot be read: a list does not fail for one value. */
function loadedOr(blobs: Blobs, name: string, ref: ArtifactRef): { readonly value: unknown } | null {
  try {
    return { value: loadArtifact(blobs, name, ref) };
  } catch (error) {
    if (isMillraceError(error)) return null;
    throw error;
  }
}
