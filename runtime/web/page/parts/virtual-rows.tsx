import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

interface VirtualRowsProps {
  readonly count: number;
  readonly rowHeight: number;
  readonly label: string;
  readonly class?: string;
  readonly header?: ComponentChildren;
  readonly row: (at: number) => ComponentChildren;
  /** Called with the last row in sight: what comes after it can be loaded. */
  readonly onSeen?: (last: number) => void;
  /** Keeps to the end as rows come. */
  readonly isFollowing?: boolean;
  readonly onLeftEnd?: () => void;
  /** A row to bring into sight. */
  readonly shown?: number | null;
}

/** The borders and a scroll bar, without and with a head. */
const EDGES = 16;
const HEADED_EDGES = 48;
const SPARE_ROWS = 12;

/** A list of rows of one height, of which only those in sight are in the document. */
export function VirtualRows(props: VirtualRowsProps): JSX.Element {
  const { count, rowHeight, label, header, row, onSeen, isFollowing = false, onLeftEnd, shown = null } = props;
  const box = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState({ top: 0, height: 600 });
  const first = Math.max(Math.floor(sight.top / rowHeight) - SPARE_ROWS, 0);
  const last = Math.min(Math.ceil((sight.top + sight.height) / rowHeight) + SPARE_ROWS, count);
  const look = (): void => {
    const { current } = box;
    if (current === null) return;
    const { scrollTop: top, clientHeight: height, scrollHeight } = current;
    setSight((before) => (before.top === top && before.height === height ? before : { top, height }));
    if (isFollowing && scrollHeight - top - height > rowHeight * 2 && scrollHeight > height) onLeftEnd?.();
  };
  useLayoutEffect(() => {
    const { current } = box;
    if (current === null) return undefined;
    const observer = new ResizeObserver(look);
    observer.observe(current);
    return () => {
      observer.disconnect();
    };
  }, []);
  useLayoutEffect(() => {
    if (isFollowing && box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [isFollowing, count, rowHeight]);
  useLayoutEffect(() => {
    const { current } = box;
    if (current !== null && shown !== null) current.scrollTop = shown * rowHeight - current.clientHeight / 2;
  }, [shown, rowHeight]);
  useLayoutEffect(() => onSeen?.(last), [last, count]);
  const rows = Array.from({ length: Math.max(last - first, 0) }, (_, at) => row(first + at));
  return (
    <div
      ref={box}
      class={`rows ${props.class ?? ""}`}
      role="table"
      aria-label={label}
      aria-rowcount={count}
      tabIndex={0}
      style={{ "--rows-size": `${count * rowHeight + (header === undefined ? EDGES : HEADED_EDGES)}px` }}
      onScroll={look}
    >
      {header !== undefined && (
        <div class="rows-head" role="rowgroup">
          {header}
        </div>
      )}
      <div role="rowgroup" class="rows-body" style={{ height: `${count * rowHeight}px` }}>
        <div role="presentation" style={{ transform: `translateY(${first * rowHeight}px)` }}>
          {rows}
        </div>
      </div>
    </div>
  );
}
