import { instantsOf } from "../../runtime/catalog/features/instants-of.ts";
import { pinnedViews } from "../../runtime/catalog/features/pinned-view.ts";
import { processSettings } from "../../runtime/config.ts";
import { refuseUnknown, storeOf } from "../client/client-options.ts";
import { askedViews } from "./asked-views.ts";
import type { FeatureSelection } from "./feature-definition.ts";
import { type Materialized, materialized } from "./materialized.ts";

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
  for (const { view } of await pinnedViews(askedViews(selections)))
    made.push(await materialized(store, view, { until, username, back, onlineStore }));
  return made;
}
