import type { ArtifactRef, ArtifactTable } from "./records.ts";

/** What a table has other than its base. */
export interface TableDelta {
  readonly changed: ArtifactTable;
  /** Names that the base has and the table has not. */
  readonly without: readonly string[];
  /** About as many as it takes in a record. */
  readonly bytes: number;
}

/** A reference without its value: quotes, field names, hash. */
const REF_BYTES = 130;

export function deltaOf(base: ArtifactTable, table: ArtifactTable): TableDelta {
  const changed: [string, ArtifactRef][] = [];
  let common = 0;
  for (const name of Object.keys(table)) {
    const ref = table[name];
    if (ref === undefined) continue;
    // Mostly it is the very reference that was read with the base.
    const isThere = base[name] === ref || Object.hasOwn(base, name);
    if (isThere) common += 1;
    if (!isThere || !isSame(base[name], ref)) changed.push([name, ref]);
  }
  const baseNames = Object.keys(base);
  const without = common === baseNames.length ? [] : baseNames.filter((name) => !Object.hasOwn(table, name));
  const namesBytes = without.reduce((sum, name) => sum + name.length + 3, 0);
  const changedTable = Object.fromEntries(changed);
  return { changed: changedTable, without, bytes: tableBytes(changedTable) + namesBytes };
}

export function laidOver(base: ArtifactTable, { changed, without }: Omit<TableDelta, "bytes">): ArtifactTable {
  const table: Record<string, ArtifactRef> = { ...base, ...changed };
  for (const name of without) Reflect.deleteProperty(table, name);
  return table;
}

/** About as many bytes as a table takes in a record. */
export function tableBytes(table: ArtifactTable): number {
  let bytes = 0;
  for (const name of Object.keys(table)) bytes += REF_BYTES + name.length + (table[name]?.data?.length ?? 0);
  return bytes;
}

function isSame(before: ArtifactRef | undefined, ref: ArtifactRef): boolean {
  if (before === ref) return true;
  const isAlike = before?.hash === ref.hash && before.size === ref.size && before.type === ref.type;
  return isAlike && before.data === ref.data;
}
