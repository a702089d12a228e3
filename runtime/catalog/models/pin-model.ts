import { hasCode, isMillraceError, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { ModelReference } from "../../../sdk/files/model-reference.ts";
import { blobKey } from "../../datastore/blob-key.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { isUnreadable } from "../../datastore/is-unreadable.ts";
import { filesKind } from "../../datastore/kinds/files.ts";
import type { ModelVersion } from "../../datastore/kinds/model-version.ts";
import { loadArtifact } from "../../datastore/load-artifact.ts";
import type { ArtifactRef } from "../../datastore/records.ts";
import { findVersion } from "./list-models.ts";
import { modelError } from "./model-error.ts";

/** What the value of a parameter begins with that means a model. */
const PREFIX = "models:";

/** True for `models:churn@production`. */
export function meansModel(value: unknown): value is string {
  return typeof value === "string" && value.startsWith(PREFIX);
}

/**
 * The version that the value of a parameter means now.
 * @param store - null where there is none: a step that is tested in memory
 * @throws MillraceError `MILLRACE_PARAMETER` for a version that is not there, was removed, or cannot be read
 */
export function pinModel(
  store: Datastore | null,
  { parameter, value }: { readonly parameter: string; readonly value: string },
): ModelReference {
  try {
    if (store === null) throw modelError("There is no datastore here to find it in");
    const asked = value.slice(PREFIX.length);
    const version = findVersion(store, asked);
    const { model: name, number, artifact } = version;
    const parts = { name, number, asked, artifact, needs: neededBlobs(store, version) };
    return new ModelReference(parts, (of, ref) => loadArtifact(store.blobs, of, ref));
  } catch (cause) {
    if (!isMillraceError(cause) || !isOfModel(cause)) throw cause;
    throw new MillraceError({
      code: "MILLRACE_PARAMETER",
      headline: `Cannot use parameter ${parameter} because ${value} is no version of a model that can be read`,
      details: [cause.headline, ...cause.details],
      hint: cause.hint ?? "models list and models versions tell what there is",
      cause,
    });
  }
}

function isOfModel(cause: MillraceError): boolean {
  return isUnreadable(cause) || hasCode(cause, "MILLRACE_MODEL") || hasCode(cause, "MILLRACE_MISSING_BLOB");
}

/** Sizes of the blobs of an artifact, by hash: its bytes, the list of its files, and these. */
function neededBlobs({ blobs, storage }: Datastore, { model, number, artifact }: ModelVersion): Map<string, number> {
  const needs = new Map(ownBlobs(artifact));
  if (artifact.files !== undefined) {
    const list = Buffer.from(blobs.get(artifact.files));
    needs.set(artifact.files, list.byteLength);
    for (const { hash, size } of filesKind.parse?.(list.toString(), blobKey(artifact.files)).files ?? [])
      needs.set(hash, size);
  }
  const gone = [...needs.keys()].find((hash) => !storage.has(blobKey(hash)));
  if (gone === undefined) return needs;
  throw modelError(`Cannot load ${model}@${number} because blob ${gone.slice(0, 16)}… is not in the datastore`, {
    details: [`key: ${blobKey(gone)}`],
    hint: "fsck tells what is lost with it, and how that is set right",
  });
}

function ownBlobs({ hash, size, data }: ArtifactRef): [string, number][] {
  return data === undefined ? [[hash, size]] : [];
}
