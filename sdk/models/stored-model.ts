import { aliasesOf } from "../../runtime/catalog/models/aliases-of.ts";
import type { Datastore } from "../../runtime/datastore/datastore.ts";
import type { ModelVersion } from "../../runtime/datastore/kinds/model-version.ts";

/** Where a version is, for those who make the object. */
export class StoredModel {
  readonly store: Datastore;
  readonly version: ModelVersion;
  readonly aliases: readonly string[];

  /** @param all - where the aliases of the model stand */
  constructor(
    store: Datastore,
    of: { readonly version: ModelVersion; readonly all: Readonly<Record<string, number>> },
  ) {
    this.store = store;
    this.version = of.version;
    this.aliases = aliasesOf(of.version, of.all);
  }
}
