import { useEffect, useRef, useState } from "preact/hooks";
import type { TaskRow, TasksAnswer } from "../../api/shapes.ts";
import type { PageQuery } from "../address/addresses.ts";
import { type PageProblem, problemOf } from "../source/page-problem.ts";
import type { RunAddress } from "../source/source.ts";
import { useSite } from "../state/use-site.ts";

const PAGE = "500";
/** Of a run that goes on, tasks come all the time. */
const LOOK_AGAIN_MS = 2000;

interface SeenTasks {
  readonly rows: readonly TaskRow[];
  readonly next: string | null;
  readonly isLoaded: boolean;
  readonly problem: PageProblem | null;
}

interface Reading {
  /** What the last page was asked after: more may have come behind it. */
  after: string | null;
  isBusy: boolean;
  lookedAt: number;
}

const NOTHING: SeenTasks = { rows: [], next: null, isLoaded: false, problem: null };

/** The tasks of a run that fit, page by page; the last page again when the run has gone on. */
export function useTasks(
  name: RunAddress,
  query: PageQuery,
  version: number,
): SeenTasks & { readonly more: () => void } {
  const { source } = useSite();
  const [seen, setSeen] = useState(NOTHING);
  const key = JSON.stringify([name, query]);
  const current = useRef(key);
  current.current = key;
  const reading = useRef<Reading>({ after: null, isBusy: false, lookedAt: 0 });

  const ask = (after: string | null): void => {
    reading.current = { after, isBusy: true, lookedAt: Date.now() };
    source.below<TasksAnswer>(name, ["tasks"], { ...query, limit: PAGE, after }).then(
      ({ tasks, next }) => {
        if (current.current !== key) return;
        reading.current.isBusy = false;
        setSeen((before) => ({
          rows: merged(after === null ? [] : before.rows, tasks),
          next,
          isLoaded: true,
          problem: null,
        }));
      },
      (error: unknown) => {
        if (current.current !== key) return;
        reading.current.isBusy = false;
        setSeen((before) => ({ ...before, isLoaded: true, problem: problemOf(error) }));
      },
    );
  };
  useEffect(() => {
    setSeen(NOTHING);
    ask(null);
  }, [key]);
  useEffect(() => {
    const { isBusy, lookedAt, after } = reading.current;
    if (version === 0 || isBusy || seen.next !== null) return undefined;
    const timer = setTimeout(() => ask(after), Math.max(lookedAt + LOOK_AGAIN_MS - Date.now(), 0));
    return () => {
      clearTimeout(timer);
    };
  }, [version, seen.next]);
  return {
    ...seen,
    more: () => {
      if (seen.next !== null && !reading.current.isBusy) ask(seen.next);
    },
  };
}

function merged(rows: readonly TaskRow[], page: readonly TaskRow[]): readonly TaskRow[] {
  const known = new Map(rows.map((row, at) => [row.task, at]));
  const all = [...rows];
  for (const row of page) {
    const at = known.get(row.task);
    if (at === undefined) all.push(row);
    else all[at] = row;
  }
  return all;
}
