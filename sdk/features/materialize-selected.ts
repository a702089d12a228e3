import { instantsOf } from "../../runtime/catalog/features/instants-of.ts";
import { materializeView } from "../../runtime/catalog/features/online/materialize-view.ts";
import { pinnedViews } from "../../runtime/catalog/features/pinned-view.ts";
import { processSettings } from "../../runtime/config.ts";
import { refuseUnknown, storeOf } from "../client/client-options.ts";
import { askedViews } from "./asked-views.ts";
import type { FeatureSelection } from "./feature-definition.ts";

/** What `features.materialize` takes. */
export interface MaterializeOptions {
  /**
   * The instant of the snapshot: a `Date`, milliseconds since 1970, or an ISO 8601 string.
   * @defaultValue now
   */
  readonly until?: Date | number | string | undefined;
  /**
   * Also where the snapshot that is there answers for a later instant.
   * @defaultValue false: such a snapshot is left as it is
   */
  readonly back?: boolean | undefined;
  /**
   * A folder or `s3://bucket/prefix`.
   * @defaultValue inside a step the datastore of its run; else `MILLRACE_DATASTORE`, else the nearest `.millrace` upward
   */
  readonly datastore?: string | undefined;
}

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

export async function materializeSelected(
  selections: readonly FeatureSelection[],
  options: MaterializeOptions = {},
): Promise<Materialized[]> {
  refuseUnknown(options, ["until", "back", "datastore"]);
  const { until: given = Date.now(), back, datastore } = options;
  const [until = 0] = instantsOf([given], {
    name: "until",
    length: 1,
    title: "the options",
    where: () => "the options",
  });
  const store = storeOf({ datastore });
  const { username, onlineStore } = processSettings();
  const made: Materialized[] = [];
  for (const { view } of await pinnedViews(askedViews(selections))) {
    const did = await materializeView(store, view, { until, username, back, onlineStore });
    const { snapshot, parts, read, isComputed, isKept } = did;
    const { version, keys, rows } = snapshot;
    made.push({
      view: view.name,
      version,
      until: new Date(snapshot.until),
      keys,
      rows,
      parts,
      read,
      isComputed,
      isKept,
    });
  }
  return made;
}
