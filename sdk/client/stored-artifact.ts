import { loadArtifact } from "../../runtime/datastore/load-artifact.ts";
import type { Blobs } from "../../runtime/datastore/blobs.ts";
import type { ArtifactRef } from "../../runtime/datastore/records.ts";

/** Where an artifact is, for those who make the object. */
export class StoredArtifact {
  readonly name: string;
  readonly pathspec: string;
  readonly ref: ArtifactRef;
  readonly isParameter: boolean;
  readonly #blobs: Blobs;

  constructor(at: { name: string; pathspec: string; ref: ArtifactRef; isParameter: boolean }, blobs: Blobs) {
    this.name = at.name;
    this.pathspec = at.pathspec;
    this.ref = at.ref;
    this.isParameter = at.isParameter;
    this.#blobs = blobs;
  }

  load(): unknown {
    return loadArtifact(this.#blobs, this.name, this.ref);
  }
}
