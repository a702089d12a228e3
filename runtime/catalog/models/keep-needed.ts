import { blobKey } from "../../datastore/blob-key.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import type { Reference } from "../../datastore/kinds/record-kind.ts";
import { type ModelDraft, neededByDraft } from "../../datastore/kinds/model-version.ts";
import { settled } from "../../datastore/load-artifact.ts";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";

/**
 * Called before a version is written that names blobs of a run which may just be removed: makes them look recent, so that a
 * gc which has not seen the version leaves them.
 * @throws MillraceError `MILLRACE_MISSING_BLOB` where the artifact or something else is gone already
 */
export function keepNeeded(store: Datastore, draft: ModelDraft): void {
  const hashes = [...new Set(blobsIn(store, neededByDraft(draft)))];
  settled(store.blobs, () => {
    const [gone] = store.blobs.touch(hashes);
    if (gone === undefined) return;
    throw new MillraceError({
      code: "MILLRACE_MISSING_BLOB",
      headline: `Cannot register the model because blob ${gone.slice(0, 16)}… of its run is not in the datastore`,
      details: [`key: ${blobKey(gone)}`],
      hint: "was the run removed by gc? Register a version of a run that is still there",
    });
  });
}

function* blobsIn(store: Datastore, references: Iterable<Reference>): Generator<string> {
  for (const reference of references) {
    if (reference.to === "blob") yield reference.hash;
    else if (reference.to === "value" && reference.ref.data === undefined) yield reference.ref.hash;
    else if (reference.to === "record") {
      const { hash, kind } = reference;
      yield hash;
      const record = kind.parse?.(Buffer.from(store.blobs.get(hash)).toString(), blobKey(hash));
      yield* blobsIn(store, kind.references?.(record) ?? []);
    }
  }
}
