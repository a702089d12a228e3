import { historical } from "../catalog/features/historical.ts";
import { KeyIndex } from "../catalog/features/key-index.ts";
import type { ViewSpec } from "../catalog/features/view-spec.ts";
import { loggedValue } from "../sketch/logged-value.ts";

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
export interface ServedRow {
  readonly row: Readonly<Record<string, unknown>>;
  readonly at: number;
  /** Where the row has a feature's value. */
  readonly columns: Readonly<Record<string, string>>;
  readonly request: string;
}

const MAX_EXAMPLES = 3;

interface Counted {
  rows: number;
  different: number;
  readonly examples: FeatureSkew[];
}

/** Compares what a view served with what `features.historical` computes, some rows at a time. */
export class ViewCheck {
  readonly #view: ViewSpec;
  readonly #counted = new Map<string, Counted>();
  /** Features that were served, and that the view has no more. */
  readonly unknown = new Set<string>();

  constructor(view: ViewSpec) {
    this.#view = view;
  }

  async compare(served: readonly ServedRow[]): Promise<void> {
    const view = this.#view;
    const asked = [...new Set(served.flatMap(({ columns }) => Object.keys(columns)))];
    const names = asked.filter((name) => view.features.has(name));
    for (const name of asked) if (!view.features.has(name)) this.unknown.add(name);
    const keyNames = [...view.entity.keys.keys()];
    const columns = new Map(keyNames.map((name) => [name, served.map(({ row }) => keyText(row[name]))]));
    const index = new KeyIndex(view.entity);
    const where = (row: number) => `request ${served[row]?.request ?? row}`;
    // As texts: JSON has no other form for some keys.
    const keys = index.take({ length: served.length, columns, isText: true, where });
    const times = Float64Array.from(served, ({ at }) => at);
    const computed = await historical(view, names, { index, keys, times });
    for (const feature of names) {
      const values = computed.get(feature) ?? [];
      const counted = this.#counted.get(feature) ?? { rows: 0, different: 0, examples: [] };
      this.#counted.set(feature, counted);
      for (const [at, one] of served.entries()) {
        const column = one.columns[feature];
        if (column === undefined) continue;
        counted.rows += 1;
        const [was, is] = [one.row[column] ?? null, loggedValue(values[at]) ?? null];
        if (JSON.stringify(was) === JSON.stringify(is)) continue;
        counted.different += 1;
        if (counted.examples.length >= MAX_EXAMPLES) continue;
        const key = Object.fromEntries(keyNames.map((name) => [name, one.row[name] ?? null]));
        counted.examples.push({ keys: key, at: one.at, served: was, computed: is, request: one.request });
      }
    }
  }

  /** In the order of the first rows that have them. */
  features(): CheckedFeature[] {
    return [...this.#counted].map(([feature, counted]) => ({ view: this.#view.name, feature, ...counted }));
  }
}

function keyText(value: unknown): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}
