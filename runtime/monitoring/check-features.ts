import { definitionHash, definitionRecord } from "../catalog/features/online/definition-record.ts";
import { FeatureStore } from "../catalog/features/online/feature-store.ts";
import { historical } from "../catalog/features/historical.ts";
import { KeyIndex } from "../catalog/features/key-index.ts";
import { pinnedView } from "../catalog/features/pinned-view.ts";
import type { ViewSpec } from "../catalog/features/view-spec.ts";
import type { Datastore } from "../datastore/datastore.ts";
import { loggedValue } from "../sketch/logged-value.ts";
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
  /** What could not be compared. */
  readonly notes: readonly string[];
}

/** A feature that was looked up. */
export interface CheckedFeature {
  readonly view: string;
  readonly feature: string;
  /** Rows that it was looked up for. */
  readonly rows: number;
  /** Those of them where training would see another value. */
  readonly different: number;
  readonly examples: readonly FeatureSkew[];
}

/** A row that was served another value. */
export interface FeatureSkew {
  readonly keys: Readonly<Record<string, unknown>>;
  /** The instant of the snapshot, in milliseconds since 1970. */
  readonly at: number;
  readonly served: unknown;
  readonly computed: unknown;
  /** Id of the request. */
  readonly request: string;
}

/** A row of the log, as one view saw it. */
interface ServedRow {
  readonly row: Readonly<Record<string, unknown>>;
  readonly at: number;
  readonly columns: Readonly<Record<string, string>>;
  readonly request: string;
}

const MAX_EXAMPLES = 3;

/**
 * Compares the features that servers of a model looked up with those that `features.historical` computes now for the same keys
 * at the instants of their snapshots.
 *
 * @param asked - `views`: as they are defined now, by name
 */
export async function checkFeatures(
  store: Datastore,
  asked: { readonly model: string; readonly window: TimeWindow; readonly views: ReadonlyMap<string, ViewSpec> },
): Promise<FeatureCheck> {
  const { model, window, views } = asked;
  const unread = new UnreadParts();
  const { requests, rows, versions } = servedRows(store, { ...asked, unread });
  const notes = [...unread.problems];
  const features: CheckedFeature[] = [];
  for (const [name, served] of rows) {
    const view = views.get(name);
    if (view === undefined) {
      notes.push(`${name} is not exported by the file: ${served.length} rows are not compared`);
      continue;
    }
    const now = new FeatureStore(store)
      .versions(name)
      .find(({ hash }) => hash === definitionHash(definitionRecord(view)));
    const others = [...(versions.get(name) ?? [])].filter((number) => number !== now?.number);
    if (others.length > 0)
      notes.push(
        `${name} was served as version ${others.join(", ")}, and the file defines ${now === undefined ? "a new one" : `version ${now.number}`}`,
      );
    for (const one of await checkView(await pinnedView(view), { served, notes })) features.push(one);
  }
  return { model, ...window, requests, features, notes };
}

function servedRows(
  store: Datastore,
  asked: { readonly model: string; readonly window: TimeWindow; readonly unread: UnreadParts },
) {
  const rows = new Map<string, ServedRow[]>();
  const versions = new Map<string, Set<number>>();
  let requests = 0;
  for (const { requests: kept } of readRequests(store, asked))
    for (const { features, id } of kept) {
      if (features == null) continue;
      requests += 1;
      for (const [view, { version, until, columns }] of Object.entries(features.snapshots)) {
        const own = rows.get(view) ?? [];
        rows.set(view, own);
        versions.set(view, (versions.get(view) ?? new Set()).add(version));
        for (const row of features.rows) own.push({ row, at: until, columns, request: id });
      }
    }
  return { requests, rows, versions };
}

async function checkView(
  view: ViewSpec,
  { served, notes }: { readonly served: readonly ServedRow[]; readonly notes: string[] },
): Promise<CheckedFeature[]> {
  const asked = [...new Set(served.flatMap(({ columns }) => Object.keys(columns)))];
  const names = asked.filter((name) => view.features.has(name));
  for (const name of asked) if (!view.features.has(name)) notes.push(`${view.name} has no feature ${name} any more`);
  const keyNames = [...view.entity.keys.keys()];
  const columns = new Map(keyNames.map((name) => [name, served.map(({ row }) => keyText(row[name]))]));
  const index = new KeyIndex(view.entity);
  const where = (row: number) => `request ${served[row]?.request ?? row}`;
  // As texts: JSON has no other form for some keys.
  const keys = index.take({ length: served.length, columns, isText: true, where });
  const times = Float64Array.from(served, ({ at }) => at);
  const computed = await historical(view, names, { index, keys, times });
  return names.map((feature) => {
    const values = computed.get(feature) ?? [];
    const examples: FeatureSkew[] = [];
    let [rows, different] = [0, 0];
    for (const [at, one] of served.entries()) {
      const column = one.columns[feature];
      if (column === undefined) continue;
      rows += 1;
      const [was, is] = [one.row[column] ?? null, loggedValue(values[at]) ?? null];
      if (JSON.stringify(was) === JSON.stringify(is)) continue;
      different += 1;
      if (examples.length >= MAX_EXAMPLES) continue;
      const key = Object.fromEntries(keyNames.map((name) => [name, one.row[name] ?? null]));
      examples.push({ keys: key, at: one.at, served: was, computed: is, request: one.request });
    }
    return { view: view.name, feature, rows, different, examples };
  });
}

function keyText(value: unknown): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}
