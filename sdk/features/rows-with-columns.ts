/** Rows that are filled together: enough that a column is read in a run, few enough that they stay in the processor's cache. */
const BLOCK_ROWS = 256;
/** Fewer than these are not worth a template. */
const MANY_ROWS = 16;

/**
 * The rows that were given, each with the columns behind its own properties.
 *
 * Rows whose properties are those of the first are copies of one template, of which every property is there before it has its
 * value: an object that grows property by property takes many times as long, and beyond some hundred several times the memory.
 */
export function rowsWithColumns(
  rows: readonly object[],
  columns: ReadonlyMap<string, readonly unknown[]>,
): Record<string, unknown>[] {
  const template = templateOf(rows, columns);
  const whole: Record<string, unknown>[] = [];
  for (let from = 0; from < rows.length; from += BLOCK_ROWS) {
    const block = rows.slice(from, from + BLOCK_ROWS).map((row) => copied(row, template));
    for (const [name, values] of columns) for (const [at, row] of block.entries()) row[name] = values[from + at];
    for (const row of block) whole.push(row);
  }
  return whole;
}

interface Template {
  /** Of the rows that it stands for. */
  readonly names: readonly string[];
  readonly whole: Readonly<Record<string, unknown>>;
}

function templateOf(rows: readonly object[], columns: ReadonlyMap<string, unknown>): Template | null {
  const names = Object.keys(rows[0] ?? {});
  // Assigned, it would change what the copy inherits from.
  if (rows.length < MANY_ROWS || names.includes("__proto__")) return null;
  const whole = Object.fromEntries([...names, ...columns.keys()].map((name) => [name, ""]));
  return { names, whole: { ...whole } };
}

function copied(row: object, template: Template | null): Record<string, unknown> {
  if (template === null || !isLike(row, template)) return { ...row };
  const copy: Record<string, unknown> = { ...template.whole };
  for (const name of template.names) copy[name] = (row as Record<string, unknown>)[name];
  return copy;
}

function isLike(row: object, { names }: Template): boolean {
  const own = Object.keys(row);
  if (own.length !== names.length || Object.getOwnPropertySymbols(row).length > 0) return false;
  for (let at = 0; at < own.length; at += 1) if (own[at] !== names[at]) return false;
  return true;
}
