import { MillraceError } from "../../../../sdk/base/millrace-error.ts";
import type { RunHeader } from "../../../datastore/reader/run-summary.ts";
import type { ChosenMetrics } from "./chosen-metrics.ts";

/** What `--sort` asks for. */
export interface SortOrder {
  readonly metric: string;
  readonly isDescending: boolean;
}

/** @throws MillraceError `MILLRACE_USAGE` */
export function sortOrder(text: string): SortOrder {
  const [, minus = "", metric = ""] = /^(-?)metric:(.+)$/.exec(text) ?? [];
  if (metric !== "") return { metric, isDescending: minus === "-" };
  throw new MillraceError({
    code: "MILLRACE_USAGE",
    headline: `Cannot sort runs because --sort takes metric:NAME or -metric:NAME: ${JSON.stringify(text)}`,
    hint: /^-?[\w./]+$/.test(text)
      ? `did you mean --sort ${text.replace(/^-?/, "$&metric:")}?`
      : "for example --sort metric:loss, or --sort -metric:accuracy for the largest first",
  });
}

/** Equal ones stay newest first; NaN comes behind all numbers, and runs without the metric come last. */
export function sortedRuns<Run extends RunHeader>(
  runs: readonly Run[],
  { metric, isDescending }: SortOrder,
  metrics: ChosenMetrics,
): Run[] {
  const rows = runs.map((run) => ({ run, value: metrics.value(run, metric) }));
  const rank = (value: number | undefined) => (value === undefined ? 2 : Number(Number.isNaN(value)));
  return rows
    .sort((one, other) => {
      const byRank = rank(one.value) - rank(other.value);
      if (byRank !== 0 || rank(one.value) !== 0) return byRank;
      const [a = 0, b = 0] = isDescending ? [other.value, one.value] : [one.value, other.value];
      return a === b ? 0 : a - b;
    })
    .map(({ run }) => run);
}
