import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { RunAddress } from "../../source/source.ts";
import { useSite } from "../../state/use-site.ts";
import { barText } from "./bar-text.ts";
import { TimelineCanvas } from "./timeline-canvas.ts";
import type { TimelineModel } from "./timeline-model.ts";
import type { PointedBar } from "./timeline-tip.tsx";

interface TimelineParts {
  readonly name: RunAddress;
  readonly model: TimelineModel;
  readonly critical: ReadonlySet<number>;
  readonly legend: RefObject<HTMLElement | null>;
}

interface UsedTimeline {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly tip: PointedBar | null;
  readonly isWhole: boolean;
  readonly zoom: (factor: number) => void;
  readonly reset: () => void;
}

const KEPT_AFTER_MS = 400;

/** Ties the canvas to the page: what is pointed at, what is opened, and the stretch of time in the address. */
export function useTimeline({ name, model, critical, legend }: TimelineParts): UsedTimeline {
  const { addresses, told } = useSite();
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<TimelineCanvas | null>(null);
  const latest = useRef(model);
  latest.current = model;
  const [tip, setTip] = useState<PointedBar | null>(null);
  const [isWhole, setWhole] = useState(true);
  useEffect(() => {
    if (canvas.current === null || legend.current === null) return undefined;
    let keeping: ReturnType<typeof setTimeout> | undefined;
    const made = new TimelineCanvas(canvas.current, {
      legend: legend.current,
      onPointed: setTip,
      onFocused: (bar) => {
        told.value = barText(latest.current, bar);
      },
      onOpened: (bar) => {
        const { columns, rows } = latest.current;
        const row = rows[bar] ?? 0;
        const step = columns.steps[columns.step[row] ?? 0] ?? "";
        addresses.go(addresses.href(["runs", name.flow, name.run, step, String(columns.task[row] ?? 0)]));
      },
      onSight: (range) => {
        setWhole(range === null);
        clearTimeout(keeping);
        keeping = setTimeout(() => {
          const t = range === null ? null : range.map((ms) => Math.round(ms)).join("-");
          addresses.go(addresses.with({ t }), { isReplaced: true });
        }, KEPT_AFTER_MS);
      },
    });
    painter.current = made;
    made.show(latest.current, critical);
    const [from, to] = (addresses.current.peek().query.get("t") ?? "").split("-").map(Number);
    if (from !== undefined && to !== undefined && to > from) made.showRange(from, to);
    return () => {
      clearTimeout(keeping);
      made.close();
    };
  }, []);
  useEffect(() => painter.current?.show(model, critical), [model, critical]);
  return {
    canvas,
    tip,
    isWhole,
    zoom: (factor) => painter.current?.zoom(factor),
    reset: () => painter.current?.reset(),
  };
}
