import type { Datastore } from "../../datastore/datastore.ts";
import { isUnreadable } from "../../datastore/is-unreadable.ts";
import type { ModelServerRecord } from "../../datastore/kinds/model-server.ts";
import { aliasesOf } from "./aliases-of.ts";
import { listVersions } from "./list-models.ts";
import { ModelStore } from "./model-store.ts";
import { serverStates } from "./server-states.ts";

/** A version of a model that was trained on features of a view. */
export interface FeatureUser {
  readonly model: string;
  readonly number: number;
  readonly aliases: readonly string[];
  /** Version of the view, and which of its features. */
  readonly version: number;
  readonly features: readonly string[];
  /** Services that answer with it now. */
  readonly servers: readonly Pick<ModelServerRecord, "service" | "address" | "host">[];
}

/** Who was trained on a view, by model and version; what cannot be read is left out. */
export function featureUsers(store: Datastore, view: string): FeatureUser[] {
  return new ModelStore(store).names().flatMap((model) => {
    try {
      return usersIn(store, { model, view });
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      return [];
    }
  });
}

function usersIn(store: Datastore, { model, view }: { readonly model: string; readonly view: string }): FeatureUser[] {
  if (new ModelStore(store).numbers(model).length === 0) return [];
  const { versions, aliases } = listVersions(store, { model });
  const found = versions.flatMap((one) =>
    (one.lineage.features ?? []).flatMap((use) => (use.view === view ? [{ one, use }] : [])),
  );
  if (found.length === 0) return [];
  const alive = serverStates(store, model).filter(({ state }) => state !== "silent");
  return found.map(({ one, use: { version, features } }) => ({
    ...{ model, number: one.number, aliases: aliasesOf(one, aliases), version, features },
    servers: alive
      .filter(({ record }) => record.number === one.number)
      .map(({ record: { service, address, host } }) => ({ service, address, host })),
  }));
}
