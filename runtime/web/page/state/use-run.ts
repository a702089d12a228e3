import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { RunAnswer } from "../../api/shapes.ts";
import type { TaskColumns } from "../../api/task-columns.ts";
import type { RunAddress, Source } from "../source/source.ts";
import { LiveColumns } from "./live-columns.ts";
import { type Loaded, useLoad } from "./use-load.ts";
import { useInterval } from "./use-interval.ts";
import { useSite } from "./use-site.ts";

/** Events are shown in batches: people read no more of them. */
const SHOWN_EVERY_MS = 200;
const SUMMARY_EVERY_MS = 2000;
/** A run can also end without a word: its process was killed. */
const IDLE_MS = 60_000;

export interface SeenRun {
  readonly loaded: Loaded<RunAnswer>;
  /** Null until they are loaded; a new object whenever they changed. */
  readonly columns: TaskColumns | null;
  /** Goes up with each batch of events. */
  readonly version: number;
}

/** A run as it is, and as it goes on: one stream of events for all parts of the page. */
export function useRun(name: RunAddress): SeenRun {
  const { source } = useSite();
  const key = `${name.flow}/${name.run}`;
  const loaded = useLoad(key, () => source.run(name));
  const [seen, setSeen] = useState<{ key: string; columns: TaskColumns; version: number } | null>(null);
  const { answer, reload } = loaded;
  const isRunning = answer?.status === "running";
  const first = useRef<RunAnswer | null>(null);
  const known = first.current;
  if (answer !== null && (known?.flow !== name.flow || known.id !== name.run)) first.current = answer;
  const isReady = answer !== null;
  useEffect(() => {
    const { current } = first;
    if (!isReady || current === null) return undefined;
    return watch({ source, name, answer: current, reload }, (columns, version) => {
      setSeen({ key, columns, version });
    });
  }, [key, isReady, source]);
  useInterval(isRunning && !source.isExport ? IDLE_MS : null, reload);
  return useMemo(() => {
    const { columns, version } = seen?.key === key ? seen : { columns: null, version: 0 };
    return { loaded, columns, version };
  }, [loaded.answer, loaded.problem, seen, key]);
}

interface Watched {
  readonly source: Source;
  readonly name: RunAddress;
  readonly answer: RunAnswer;
  readonly reload: () => void;
}

function watch(
  { source, name, answer, reload }: Watched,
  show: (columns: TaskColumns, version: number) => void,
): () => void {
  let isOver = false;
  let version = 0;
  let shows: ReturnType<typeof setTimeout> | null = null;
  let summary: ReturnType<typeof setTimeout> | null = null;
  let unfollow = (): void => undefined;
  const foreachEdges = new Set(
    answer.graph.edges.filter(({ isForeach }) => isForeach).map(({ from, to }) => `${from}/${to}`),
  );
  const start = async (): Promise<void> => {
    const columns = await source.columns(name);
    if (isOver) return;
    const live = new LiveColumns(columns, { isForeach: (from, to) => foreachEdges.has(`${from}/${to}`) });
    show(live.view(), version);
    if (answer.status !== "running") return;
    unfollow = source.follow(name, columns.cursor, {
      onEnd: reload,
      onAnew: () => {
        reload();
        start().catch(reload);
      },
      onEvent: (event) => {
        live.apply(event);
        shows ??= setTimeout(() => {
          shows = null;
          version += 1;
          show(live.view(), version);
        }, SHOWN_EVERY_MS);
        if (event.type === "run-finished") reload();
        summary ??= setTimeout(() => {
          summary = null;
          reload();
        }, SUMMARY_EVERY_MS);
      },
    });
  };
  // The page shows the run's own answer, which says what is wrong.
  start().catch(reload);
  return () => {
    isOver = true;
    if (shows !== null) clearTimeout(shows);
    if (summary !== null) clearTimeout(summary);
    unfollow();
  };
}
