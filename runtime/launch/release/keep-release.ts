import { hasCode, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { blobKey } from "../../datastore/blob-key.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { releaseKind } from "../../datastore/kinds/release.ts";
import type { Release } from "./release.ts";

/**
 * Makes what a stored release names look recent, so that a gc beside this leaves it until a run names it.
 * @throws MillraceError `MILLRACE_MISSING_BLOB` or `MILLRACE_COLLECTED` if a part of it is gone
 */
export function keepRelease({ storage, blobs }: Datastore, release: Pick<Release, "hash" | "document">): void {
  const hashes = [...new Set([release.hash, ...namedBlobs(release)])];
  const lost = new Set(storage.touch(hashes.map(blobKey)));
  // What cannot be made to look recent can only be stored again.
  for (const hash of hashes) if (lost.has(blobKey(hash))) blobs.put(hash, [blobs.get(hash)]);
  try {
    blobs.settle();
  } catch (error) {
    throw hasCode(error, "MILLRACE_COLLECTED") ? collected(release, error) : error;
  }
}

function* namedBlobs({ document }: Pick<Release, "document">): Generator<string> {
  for (const reference of releaseKind.references?.(document) ?? []) {
    if (reference.to === "blob") yield reference.hash;
    if (reference.to === "value" && reference.ref.data === undefined) yield reference.ref.hash;
  }
}

function collected({ hash, document }: Pick<Release, "hash" | "document">, cause: unknown): MillraceError {
  return new MillraceError({
    code: "MILLRACE_COLLECTED",
    headline: `Cannot start ${document.flow} from the release ${hash.slice(0, 16)}… because gc has just removed a part of it`,
    hint: "run the flow from its file: that stores the release again",
    cause,
  });
}
