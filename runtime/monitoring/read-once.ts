import type { RowsByKey, SourceColumns, SourceRows, SourceSpec } from "../catalog/features/source-spec.ts";

/**
 * A source whose rows stay in memory once they were there as a whole, for as long as the source is used. What it gives key by
 * key, because memory may not hold it, is read anew each time.
 */
export function readOnce(source: SourceSpec): SourceSpec {
  const known = new Map<string, Promise<SourceRows>>();
  return {
    ...source,
    read: async (columns, files = null) => {
      const key = JSON.stringify([columns.values, columns.clocks, files]);
      const rows = known.get(key) ?? source.read(columns, files);
      known.set(key, rows);
      return rows;
    },
    ...(source.byKey === undefined ? {} : { byKey: byKeyOnce(source.byKey) }),
  };
}

function byKeyOnce(byKey: RowsByKey): RowsByKey {
  const known = new Map<string, SourceRows>();
  return {
    each: async (columns: SourceColumns, by, take) => {
      const key = JSON.stringify([columns.values, columns.clocks, by]);
      const whole = known.get(key);
      if (whole !== undefined) return take.whole(whole);
      return byKey.each(columns, by, {
        whole: (rows) => {
          known.set(key, rows);
          take.whole(rows);
        },
        part: (rows) => take.part(rows),
      });
    },
  };
}
