import { modelError, shown } from "./model-error.ts";
import type { ModelStore } from "./model-store.ts";

/** Where the aliases of a model stood at a time. */
export function aliasesAt(models: ModelStore, { model, at }: { model: string; at: number }): Record<string, number> {
  // Times of moves never go back.
  return { ...models.moves(model).findLast(({ time }) => time <= at)?.aliases };
}

const FORM = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * A time as users give it: a `Date`, milliseconds since 1970, or a text such as `2026-03-01`, which is midnight in UTC.
 * @throws MillraceError `MILLRACE_MODEL`
 */
export function timeGiven(at: unknown): number {
  const time = msOf(at);
  if (!Number.isNaN(time)) return time;
  throw modelError(`Cannot tell where aliases stood at ${shown(at)} because it is not a time`, {
    hint: "name a day or a time: 2026-03-01, or 2026-03-01T12:00:00Z",
  });
}

function msOf(at: unknown): number {
  if (at instanceof Date) return at.getTime();
  if (typeof at === "number") return at;
  return typeof at === "string" ? instantOf(at.trim()) : Number.NaN;
}

/** Without an offset it is UTC; NaN for anything else, as 31 February, which would be taken for a day in March. */
function instantOf(text: string): number {
  const [, day = "", clock = "00:00", offset = "Z"] = FORM.exec(text) ?? [];
  const midnight = Date.parse(`${day}T00:00Z`);
  const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
  return isDay ? Date.parse(`${day}T${clock}${offset}`) : Number.NaN;
}
