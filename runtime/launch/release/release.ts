import type { AnyClass } from "../../../sdk/base/metadata.ts";
import type { PackageRecord } from "../../datastore/package-record.ts";
import type { ArtifactRef } from "../../datastore/records.ts";
import type { ReleaseDocument } from "../../datastore/release-document.ts";
import type { LocalEnvironment } from "../../engines/local/process-kind.ts";
import type { Bundle } from "../../package/bundle.ts";

/** One version of a flow, stored: all that its runs have in common. */
export interface Release {
  /** Its name, a blob's. */
  readonly hash: string;
  readonly document: ReleaseDocument;
  /** Values of parameters that were stored with it, by name. */
  readonly defaults?: ReadonlyMap<string, StoredValue>;
}

export interface StoredValue {
  readonly value: unknown;
  readonly ref: ArtifactRef;
}

/** A release with what this machine needs to run tasks of it. */
export interface PreparedRelease extends Release {
  /** Where the flow's file lies on this machine, or would; relative paths of the code begin beside it. */
  readonly flowFile: string;
  readonly bundle: Bundle;
  /** What `@env` asks for, installed here, by step. */
  readonly environments: ReadonlyMap<string, LocalEnvironment>;
  /** What the code can load, where that had to be known before the run; null where it loads no package. */
  readonly packages?: PackageRecord | null;
  /** The class itself. Of a stored release the code is evaluated for it, when something only the code knows is needed. */
  flow(): Promise<AnyClass>;
}
