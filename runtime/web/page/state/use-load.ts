import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type PageProblem, problemOf } from "../source/page-problem.ts";

export interface Loaded<Answer> {
  /** What was answered last; stays while it is asked again. */
  readonly answer: Answer | null;
  readonly problem: PageProblem | null;
  readonly reload: () => void;
}

interface Settled<Answer> {
  readonly key: string;
  readonly answer: Answer | null;
  readonly problem: PageProblem | null;
}

/** Loads once for each `key`; an answer that comes too late for its key is dropped. */
export function useLoad<Answer>(key: string | null, load: () => Promise<Answer>): Loaded<Answer> {
  const [settled, setSettled] = useState<Settled<Answer> | null>(null);
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    if (key === null) return undefined;
    let isCurrent = true;
    latest.current().then(
      (answer) => {
        if (isCurrent) setSettled({ key, answer, problem: null });
      },
      (error: unknown) => {
        // What is seen already stays: the next reload may bring the rest.
        if (isCurrent)
          setSettled((before) => ({
            key,
            answer: before?.key === key ? before.answer : null,
            problem: problemOf(error),
          }));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [key, round]);
  const reload = useCallback(() => {
    setRound((before) => before + 1);
  }, []);
  const isOfKey = settled?.key === key;
  return { answer: isOfKey ? settled.answer : null, problem: isOfKey ? settled.problem : null, reload };
}
