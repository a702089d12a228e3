import type { LayeredSnapshot } from "./layered-snapshot.ts";
import type { SnapshotRows } from "./snapshot-rows.ts";
import { isSameValue } from "./stored-column.ts";

/**
 * The keys whose values are others than in a snapshot; of one that tells nothing any more, the values of a key without rows.
 *
 * @param limit - how many of them are of use
 * @param pace - called now and then
 * @returns null where there are more, or the snapshot has other features
 */
export async function changedRows(
  before: LayeredSnapshot,
  now: SnapshotRows,
  { limit, pace }: { readonly limit: number; pace(): void },
): Promise<SnapshotRows | null> {
  if (!before.parts.every((part) => hasSameFeatures(part.head.columns, now))) return null;
  const { keys, columns, empty } = now;
  const all = [...columns].map(([name, column]) => ({ name, column, without: empty.get(name) ?? null }));
  /** Those that the snapshot does not have are left. */
  const fresh = new Map(keys.map((key, row) => [key, row]));
  const changed: (readonly [key: string, row: number | null])[] = [];
  for await (const rows of before.rows()) {
    for (const [key, stored] of rows) {
      const row = fresh.get(key) ?? null;
      fresh.delete(key);
      const isSame = all.every(({ name, column, without }) =>
        isSameValue(before.value(name, stored), row === null ? without : column[row]),
      );
      if (!isSame) changed.push([key, row]);
    }
    if (changed.length > limit) return null;
    pace();
  }
  if (changed.length + fresh.size > limit) return null;
  for (const row of fresh) changed.push(row);
  return {
    keys: changed.map(([key]) => key),
    columns: new Map(
      all.map(({ name, column, without }) => [name, changed.map(([, row]) => (row === null ? without : column[row]))]),
    ),
    empty,
  };
}

function hasSameFeatures(
  stored: readonly { readonly name: string; readonly empty: number | null }[],
  { columns, empty }: SnapshotRows,
): boolean {
  return (
    stored.length === columns.size &&
    stored.every(({ name, empty: without }) => columns.has(name) && Object.is(empty.get(name) ?? null, without))
  );
}
