import { useEffect, useRef, useState } from "preact/hooks";
import type { RunRow } from "../../api/shapes.ts";
import type { PageQuery } from "../address/addresses.ts";
import { type PageProblem, problemOf } from "../source/page-problem.ts";
import { useInterval } from "../state/use-interval.ts";
import { useSite } from "../state/use-site.ts";

const PAGE = "200";
/** As many as a screen holds. */
const FEW = 50;
const POLL_MS = 3000;

export interface SeenRuns {
  readonly rows: readonly RunRow[];
  readonly flows: readonly string[];
  readonly next: string | null;
  readonly isLoaded: boolean;
  readonly problem: PageProblem | null;
}

const NOTHING: SeenRuns = { rows: [], flows: [], next: null, isLoaded: false, problem: null };

/** Runs newest first: as many as were asked for so far, and the newest of them looked at again and again. */
export function useRuns(query: PageQuery): SeenRuns & { readonly more: () => void } {
  const { source } = useSite();
  const [seen, setSeen] = useState<SeenRuns>(NOTHING);
  const key = JSON.stringify(query);
  const current = useRef(key);
  /** The page that was asked for last: once is enough. */
  const asked = useRef("");
  current.current = key;

  const ask = (after: string | null): void => {
    if (after !== null && asked.current === `${key} ${after}`) return;
    if (after !== null) asked.current = `${key} ${after}`;
    source.runs({ ...query, limit: PAGE, after }).then(
      ({ runs, next, flows }) => {
        if (current.current !== key) return;
        setSeen((before) => {
          if (after !== null) return { ...before, rows: withoutTwice([...before.rows, ...runs]), next };
          const rows = next === null ? runs : withoutTwice([...runs, ...olderThan(before.rows, runs)]);
          return {
            rows,
            flows,
            next: before.rows.length > runs.length ? before.next : next,
            isLoaded: true,
            problem: null,
          };
        });
      },
      (error: unknown) => {
        if (current.current !== key) return;
        asked.current = "";
        setSeen((before) => ({ ...before, isLoaded: true, problem: problemOf(error) }));
      },
    );
  };
  useEffect(() => {
    asked.current = "";
    setSeen((before) => ({ ...NOTHING, flows: before.flows }));
    ask(null);
  }, [key]);
  // A filter looks through some runs at a time, and may have found none of these.
  useEffect(() => {
    if (seen.next !== null && seen.rows.length < FEW) ask(seen.next);
  }, [seen.next, seen.rows.length]);
  useInterval(source.isExport ? null : POLL_MS, () => ask(null));
  return {
    ...seen,
    more: () => {
      if (seen.next !== null) ask(seen.next);
    },
  };
}

/** What the list had beyond the page that was read again. */
function olderThan(rows: readonly RunRow[], page: readonly RunRow[]): readonly RunRow[] {
  const last = page.at(-1);
  return last === undefined ? rows : rows.filter(({ startedAt }) => startedAt <= last.startedAt);
}

function withoutTwice(rows: readonly RunRow[]): RunRow[] {
  const known = new Set<string>();
  return rows.filter(({ flow, id }) => {
    const name = `${flow}/${id}`;
    return known.has(name) ? false : known.add(name);
  });
}
