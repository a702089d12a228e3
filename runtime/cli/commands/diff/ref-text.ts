import { isMillraceError } from "../../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../../datastore/datastore.ts";
import { loadArtifact } from "../../../datastore/load-artifact.ts";
import type { ArtifactRef } from "../../../datastore/records.ts";
import { previewText } from "../../../text/preview-text.ts";
import { sizeText } from "../../../text/size-text.ts";
import { jsonValue } from "../../show/json-value.ts";

/** Larger values are told by their type and size. */
const MAX_VALUE_BYTES = 10_000;

/** The value, where it is small: then it says more than hashes. */
export function smallValue(store: Datastore, ref: ArtifactRef): { readonly value: unknown } | null {
  if (ref.size > MAX_VALUE_BYTES) return null;
  try {
    return { value: loadArtifact(store.blobs, "value", ref) };
  } catch (error) {
    if (isMillraceError(error)) return null;
    throw error;
  }
}

/** What an artifact is like, where its value is not told. */
export function kindText({ type, size, hash }: ArtifactRef): string {
  return `${type} ${sizeText(size)} ${hash.slice(0, 8)}`;
}

export function refText(store: Datastore, ref: ArtifactRef | null): string {
  if (ref === null) return "-";
  const small = smallValue(store, ref);
  return small === null ? kindText(ref) : previewText(small.value, { maxDepth: null, hasColors: false });
}

export function refJson(store: Datastore, ref: ArtifactRef): object {
  const { type, size, hash } = ref;
  const small = smallValue(store, ref);
  return { type, size, hash, ...(small === null ? {} : jsonValue(small.value)) };
}
