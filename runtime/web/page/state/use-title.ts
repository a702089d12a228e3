import { useEffect } from "preact/hooks";

/** Names the page for tabs, history and screen readers. */
export function useTitle(...parts: readonly string[]): void {
  const title = [...parts, "Millrace"].join(" · ");
  useEffect(() => {
    document.title = title;
  }, [title]);
}
