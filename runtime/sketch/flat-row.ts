import { loggedValue, type ThinnedList } from "./logged-value.ts";
import { momentsOf } from "./moments-of.ts";

/** Of a list up to this long, each item is a column. */
const MAX_ITEM_COLUMNS = 16;

/** Visits a row's values that can be counted, each with the names that lead to it: of several with the same names the first. */
export function flatRow(row: unknown, visit: (path: string, value: string | number) => void): void {
  const seen = new Set<string>();
  flatten(loggedValue(row), "", (path, value) => {
    // A field may be called `a.b` beside `a` with a field `b`: counted twice, a column had more values than rows.
    if (seen.has(path)) return;
    seen.add(path);
    visit(path, value);
  });
}

function flatten(value: unknown, path: string, visit: (path: string, value: string | number) => void): void {
  if (value === null || value === undefined) return;
  if (typeof value === "number" || typeof value === "string") return visit(path, value);
  if (typeof value === "boolean") return visit(path, String(value));
  if (Array.isArray(value)) return ofList(value, { length: value.length, path, visit });
  if (isThinned(value)) return ofList(value["~items"], { length: value["~length"], path, visit });
  for (const [name, field] of Object.entries(value)) flatten(field, path === "" ? name : `${path}.${name}`, visit);
}

/** Items of a list depend on each other, so they are not counted together: a short list has a column for each, a long one their mean. */
function ofList(
  items: readonly unknown[],
  {
    length,
    path,
    visit,
  }: { readonly length: number; readonly path: string; readonly visit: Parameters<typeof flatten>[2] },
): void {
  visit(`${path}.length`, length);
  if (length <= MAX_ITEM_COLUMNS) {
    for (const [at, item] of items.entries()) flatten(item, `${path}[${at}]`, visit);
    return;
  }
  const numbers = Float64Array.from(items.filter((item) => typeof item === "number"));
  if (numbers.length > 0) visit(`${path}.mean`, momentsOf(numbers).mean);
}

function isThinned(value: object): value is ThinnedList {
  // A row may have fields of these names itself.
  const { "~length": length, "~items": items } = value as Partial<ThinnedList>;
  return Number.isSafeInteger(length) && Array.isArray(items);
}
