import { modelError, shown } from "./model-error.ts";
import type { ModelStore } from "./model-store.ts";

/** Where the aliases of a model stood at a time. */
export function aliasesAt(models: ModelStore, { model, at }: { model: string; at: number }): Record<string, number> {
  // Times of moves never go back.
  return { ...models.moves(model).findLast(({ time }) => time <= at)?.aliases };
}

/**
 * A time as users give it: a `Date`, milliseconds since 1970, or a text such as `2026-03-01`, which is midnight in UTC.
 * @throws MillraceError `MILLRACE_MODEL`
 */
export function timeGiven(at: unknown): number {
  const isTime = at instanceof Date || typeof at === "number" || typeof at === "string";
  const time = isTime ? new Date(at).getTime() : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw modelError(`Cannot tell where aliases stood at ${shown(at)} because it is not a time`, {
    hint: 'pass a Date, or a text such as "2026-03-01" or "2026-03-01T12:00:00Z"',
  });
}
