import { useEffect, useRef, useState } from "preact/hooks";
import type { LogsAnswer, ShownLogLine } from "../../api/shapes.ts";
import { type PageProblem, problemOf } from "../source/page-problem.ts";

const LOOK_MS = 1000;

interface LogAsked {
  readonly key: string;
  readonly isLive: boolean;
  readonly load: (offset: string | null) => Promise<LogsAnswer>;
}

export interface SeenLog {
  readonly lines: readonly ShownLogLine[];
  readonly isLoaded: boolean;
  readonly problem: PageProblem | null;
}

const NOTHING: SeenLog = { lines: [], isLoaded: false, problem: null };

/** Reads a log piece by piece, each once, and goes on while more can come. */
export function useLog({ key, isLive, load }: LogAsked): SeenLog {
  const [log, setLog] = useState(NOTHING);
  const latest = useRef({ isLive, load });
  latest.current = { isLive, load };
  useEffect(() => {
    let isOver = false;
    setLog(NOTHING);
    const read = async (): Promise<void> => {
      let offset: string | null = null;
      // What is asked for after the end has told of itself is all that there is.
      let isLast = false;
      while (!isOver) {
        const wasLive = latest.current.isLive;
        const { lines, next }: LogsAnswer = await latest.current.load(offset);
        if (isOver) return;
        setLog((before) => ({
          lines: lines.length === 0 ? before.lines : [...before.lines, ...lines],
          isLoaded: true,
          problem: null,
        }));
        if (next === null) return;
        if (lines.length === 0 && next === offset && !wasLive && isLast) return;
        isLast = !wasLive;
        offset = next;
        if (lines.length === 0) await pause(() => isOver);
      }
    };
    read().catch((error: unknown) => {
      if (!isOver) setLog((before) => ({ ...before, isLoaded: true, problem: problemOf(error) }));
    });
    return () => {
      isOver = true;
    };
  }, [key]);
  return log;
}

async function pause(isOver: () => boolean): Promise<void> {
  do await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  while (document.hidden && !isOver());
}
