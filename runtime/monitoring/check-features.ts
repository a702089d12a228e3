import { definitionHash, definitionRecord } from "../catalog/features/online/definition-record.ts";
import { FeatureStore } from "../catalog/features/online/feature-store.ts";
import { pinnedView } from "../catalog/features/pinned-view.ts";
import type { ViewSpec } from "../catalog/features/view-spec.ts";
import type { Datastore } from "../datastore/datastore.ts";
import type { KeptRequest } from "../datastore/request-columns.ts";
import { counted } from "../text/counted.ts";
import { type CheckedFeature, type ServedRow, ViewCheck } from "./view-check.ts";
import { readOnce } from "./read-once.ts";
import { readRequests, type TimeWindow } from "./read-requests.ts";
import { UnreadParts } from "./unread-parts.ts";

/** What a model was served, against what training would see. */
export interface FeatureCheck {
  readonly model: string;
  /** In milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Requests in the log for which features were looked up. */
  readonly requests: number;
  readonly features: readonly CheckedFeature[];
  /** What may explain a difference. */
  readonly notes: readonly string[];
  /** What could not be compared: parts of the log that cannot be read, views and features that the file does not have. */
  readonly uncompared: readonly string[];
}

export interface FeatureCheckOptions {
  /** Name of the model. */
  readonly model: string;
  readonly window: TimeWindow;
  /** As they are defined now, by name. */
  readonly views: ReadonlyMap<string, ViewSpec>;
  /**
   * At most this many rows of the log are held at a time, of all views together. A source is read once; one that memory cannot
   * hold is read again for each such part of the log.
   * @defaultValue 100_000
   */
  readonly maxRows?: number;
}

/** What one view served. */
interface ServedView {
  /** Null where the file does not export it. */
  readonly check: ViewCheck | null;
  readonly versions: Set<number>;
  rows: number;
  /** Not compared yet. */
  held: ServedRow[];
}

/**
 * Compares the features that servers of a model looked up with those that `features.historical` computes now for the same keys
 * at the instants of their snapshots. All rows of the log are compared, some at a time.
 */
export async function checkFeatures(store: Datastore, options: FeatureCheckOptions): Promise<FeatureCheck> {
  const { model, window, views, maxRows = 100_000 } = options;
  const unread = new UnreadParts();
  const served = new Map<string, ServedView>();
  let [requests, held] = [0, 0];
  for (const { requests: kept } of readRequests(store, { model, window, unread }))
    for (const request of kept) {
      if (request.features == null) continue;
      requests += 1;
      for (const name of Object.keys(request.features.snapshots)) {
        const found = served.get(name) ?? (await servedView(views.get(name)));
        served.set(name, found);
        held += take(found, { name, request });
      }
      if (held < maxRows) continue;
      for (const view of served.values()) await compareHeld(view);
      held = 0;
    }
  const features: CheckedFeature[] = [];
  const notes: string[] = [];
  const uncompared = [...unread.problems];
  for (const [name, one] of served) {
    await compareHeld(one);
    const view = views.get(name);
    if (one.check === null || view === undefined) {
      uncompared.push(
        `${name} is not exported by the file: ${counted(one.rows, "row")} ${one.rows === 1 ? "is" : "are"} not compared`,
      );
      continue;
    }
    const other = otherVersions(store, { view, versions: one.versions });
    if (other !== null) notes.push(other);
    for (const feature of one.check.features()) features.push(feature);
    for (const feature of one.check.unknown) uncompared.push(`${name} has no feature ${feature} any more`);
  }
  return { model, ...window, requests, features, notes, uncompared };
}

async function servedView(view: ViewSpec | undefined): Promise<ServedView> {
  // Pinned once: each part of the log is compared with the same run of a flow.
  if (view === undefined) return { check: null, versions: new Set(), rows: 0, held: [] };
  const pinned = await pinnedView(view);
  const check = new ViewCheck({ ...pinned, source: readOnce(pinned.source) });
  return { check, versions: new Set(), rows: 0, held: [] };
}

/** Gives how many rows are held for it. */
function take(view: ServedView, { name, request }: { readonly name: string; readonly request: KeptRequest }): number {
  const snapshot = request.features?.snapshots[name];
  const rows = request.features?.rows ?? [];
  if (snapshot === undefined) return 0;
  view.versions.add(snapshot.version);
  view.rows += rows.length;
  if (view.check === null) return 0;
  for (const row of rows) view.held.push({ row, at: snapshot.until, columns: snapshot.columns, request: request.id });
  return rows.length;
}

async function compareHeld(view: ServedView): Promise<void> {
  const rows = view.held;
  view.held = [];
  if (rows.length > 0) await view.check?.compare(rows);
}

function otherVersions(
  store: Datastore,
  { view, versions }: { readonly view: ViewSpec; readonly versions: ReadonlySet<number> },
): string | null {
  const hash = definitionHash(definitionRecord(view));
  const now = new FeatureStore(store).versions(view.name).find((version) => version.hash === hash);
  const others = [...versions].filter((number) => number !== now?.number);
  if (others.length === 0) return null;
  const defined = now === undefined ? "a new one" : `version ${now.number}`;
  return `${view.name} was served as version ${others.join(", ")}, and the file defines ${defined}`;
}
