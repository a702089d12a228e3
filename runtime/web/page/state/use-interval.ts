import { useEffect, useRef } from "preact/hooks";

/** Calls again and again while the page is seen; never while `ms` is null. */
export function useInterval(ms: number | null, call: () => void): void {
  const latest = useRef(call);
  latest.current = call;
  useEffect(() => {
    if (ms === null) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) latest.current();
    }, ms);
    return () => {
      clearInterval(timer);
    };
  }, [ms]);
}
