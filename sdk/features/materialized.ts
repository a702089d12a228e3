import {
  materializeView,
  type MaterializeViewOptions,
} from "../../runtime/catalog/features/online/materialize-view.ts";
import type { ViewSpec } from "../../runtime/catalog/features/view-spec.ts";
import type { Datastore } from "../../runtime/datastore/datastore.ts";

/** A snapshot that `features.materialize` made, or found made. */
export interface Materialized {
  /** The name of the view. */
  readonly view: string;
  /** Its version: a changed definition is a new one. */
  readonly version: number;
  /** The instant that it answers for. */
  readonly until: Date;
  /** How many keys have a feature that differs from that of a key without rows. */
  readonly keys: number;
  /** How many rows the source has. */
  readonly rows: number;
  /** How many files the source has, and how many of them were new or changed and had to be read. */
  readonly parts: number;
  /** See `parts`. */
  readonly read: number;
  /** False where the snapshot of these data was there already. */
  readonly isComputed: boolean;
  /** True where the snapshot that was there answers for a later instant, and was left as it is. */
  readonly isKept: boolean;
}

/** Materializes a view, and tells of it as users see it. */
export async function materialized(
  store: Datastore,
  view: ViewSpec,
  options: MaterializeViewOptions,
): Promise<Materialized> {
  const { snapshot, parts, read, isComputed, isKept } = await materializeView(store, view, options);
  const { version, keys, rows, until } = snapshot;
  return { view: view.name, version, until: new Date(until), keys, rows, parts, read, isComputed, isKept };
}
