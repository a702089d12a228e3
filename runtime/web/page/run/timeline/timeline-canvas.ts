import { drawTimeline } from "./draw-timeline.ts";
import { AXIS_HEIGHT, type DrawnTimeline, type TimelineColours } from "./timeline-scene.ts";
import { timelineColours } from "./timeline-colours.ts";
import { moved, wholeSight, zoomed } from "./zoomed.ts";
import { TimelinePointer } from "./timeline-pointer.ts";
import type { TimelineModel, TimelineSight } from "./timeline-model.ts";
import type { PointedBar } from "./timeline-tip.tsx";

export interface TimelineCanvasOptions {
  /** Where the colours come from. */
  readonly legend: HTMLElement;
  readonly onPointed: (tip: PointedBar | null) => void;
  readonly onFocused: (bar: number) => void;
  readonly onOpened: (bar: number) => void;
  /** In milliseconds since the first start, idle time included; null for all of it. */
  readonly onSight: (range: readonly [number, number] | null) => void;
}

const KEY_ZOOM = 0.7;
const KEY_PAN = 0.15;
/** The shortest stretch that can be seen. */
const MIN_MS = 0.5;

/** Paints a timeline when something changed, at most once a frame, and moves it by pointer and keys. */
export class TimelineCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #options: TimelineCanvasOptions;
  readonly #pointer: TimelinePointer;
  readonly #observers: (() => void)[] = [];
  #model: TimelineModel | null = null;
  #critical: ReadonlySet<number> = new Set();
  #sight: TimelineSight | null = null;
  #colours: TimelineColours | null = null;
  #drawn: DrawnTimeline | null = null;
  #focus = -1;
  #frame = 0;

  constructor(canvas: HTMLCanvasElement, options: TimelineCanvasOptions) {
    this.#canvas = canvas;
    this.#options = options;
    this.#pointer = new TimelinePointer(canvas, {
      onMoved: (x, y) => this.#look(moved(this.#seen(), { x: -x / this.#width(), y: -y / this.#bars() })),
      onZoomed: (factor, at) => this.#look(zoomed(this.#seen(), { factor, at: at / this.#width() })),
      onRows: (factor, y) =>
        this.#look(zoomed(this.#seen(), { factor, at: (y - AXIS_HEIGHT) / this.#bars(), isRows: true })),
      onSelected: (from, to) => this.#select(from, to),
      onHover: (x, y) => this.#hover(x, y),
      onLeft: () => options.onPointed(null),
      onClicked: (x, y) => {
        const bar = this.#barAt(x, y);
        if (bar >= 0) options.onOpened(bar);
      },
      onPainted: () => this.#paintSoon(),
    });
    const onKey = (event: KeyboardEvent): void => this.#key(event);
    canvas.addEventListener("keydown", onKey);
    const resized = new ResizeObserver(() => this.#paintSoon());
    resized.observe(canvas);
    const recoloured = (): void => {
      this.#colours = null;
      this.#paintSoon();
    };
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", recoloured);
    const themed = new MutationObserver(recoloured);
    themed.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.#observers.push(
      () => canvas.removeEventListener("keydown", onKey),
      () => resized.disconnect(),
      () => scheme.removeEventListener("change", recoloured),
      () => themed.disconnect(),
      () => this.#pointer.close(),
    );
  }

  show(model: TimelineModel, critical: ReadonlySet<number>): void {
    const isOther = this.#model !== null && this.#model.folds.gaps.length !== model.folds.gaps.length;
    this.#model = model;
    this.#critical = critical;
    if (isOther) this.#sight = null;
    this.#paintSoon();
  }

  /** @param from - as of {@link TimelineCanvasOptions.onSight} */
  showRange(from: number, to: number): void {
    if (this.#model === null) return;
    const { folds } = this.#model;
    const origin = folds.unfold(0);
    this.#look({ from: folds.fold(origin + from), to: folds.fold(origin + to), top: 0, bottom: 1 });
  }

  zoom(factor: number): void {
    this.#look(zoomed(this.#seen(), { factor, at: 0.5 }));
  }

  reset(): void {
    this.#look(null);
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    for (const end of this.#observers) end();
  }

  #seen(): TimelineSight {
    return this.#sight ?? wholeSight(this.#model?.folds.length ?? 1);
  }

  #width(): number {
    return Math.max(this.#canvas.clientWidth, 1);
  }

  #bars(): number {
    return Math.max(this.#canvas.clientHeight - AXIS_HEIGHT, 1);
  }

  #look(sight: TimelineSight | null): void {
    const whole = wholeSight(this.#model?.folds.length ?? 1);
    const isAll = sight === null || (sight.to - sight.from >= whole.to - whole.from && sight.bottom - sight.top >= 1);
    if (sight !== null && sight.to - sight.from < MIN_MS) return;
    this.#sight = isAll ? null : sight;
    const folds = this.#model?.folds;
    const origin = folds?.unfold(0) ?? 0;
    this.#options.onSight(
      this.#sight === null || folds === undefined
        ? null
        : [folds.unfold(Math.max(this.#sight.from, 0)) - origin, folds.unfold(this.#sight.to) - origin],
    );
    this.#paintSoon();
  }

  #select(from: number, to: number): void {
    const { from: start, to: end, top, bottom } = this.#seen();
    const place = (x: number): number => start + (x / this.#width()) * (end - start);
    this.#look({ from: place(Math.min(from, to)), to: place(Math.max(from, to)), top, bottom });
  }

  #hover(x: number, y: number): void {
    const bar = this.#barAt(x, y);
    const isLeft = x > this.#width() - 220;
    this.#canvas.style.cursor = bar >= 0 ? "pointer" : "grab";
    this.#options.onPointed(bar < 0 ? null : { bar, x: isLeft ? x - 220 : x + 14, y: y + 14 });
  }

  /** The bar there, or of many on a pixel the nearest one; -1 for none. */
  #barAt(x: number, y: number): number {
    const { bars, rowHeight } = this.#drawn ?? { bars: new Uint32Array(), rowHeight: 1 };
    const model = this.#model;
    if (model === null) return -1;
    const sight = this.#seen();
    const perPixel = (sight.to - sight.from) / this.#width();
    const place = sight.from + x * perPixel;
    const first = Math.max(Math.floor((y - AXIS_HEIGHT - (rowHeight < 3 ? 1 : 0)) / rowHeight), 0);
    const last = rowHeight < 3 ? Math.ceil((y - AXIS_HEIGHT + 2) / rowHeight) : first + 1;
    for (let at = first; at < Math.min(last, bars.length); at += 1) {
      const bar = bars[at] ?? 0;
      const isIn = (model.ready[bar] ?? 0) - 2 * perPixel <= place && place <= (model.end[bar] ?? 0) + 3 * perPixel;
      if (isIn && y >= AXIS_HEIGHT) return bar;
    }
    return -1;
  }

  #key(event: KeyboardEvent): void {
    const pan = (x: number, y: number): void => this.#look(moved(this.#seen(), { x, y }));
    const actions: Readonly<Record<string, () => void>> = {
      "+": () => this.zoom(KEY_ZOOM),
      "=": () => this.zoom(KEY_ZOOM),
      "-": () => this.zoom(1 / KEY_ZOOM),
      "0": () => this.reset(),
      ArrowLeft: () => pan(-KEY_PAN, 0),
      ArrowRight: () => pan(KEY_PAN, 0),
      ArrowUp: () => this.#step(-1),
      ArrowDown: () => this.#step(1),
      PageUp: () => pan(0, -1),
      PageDown: () => pan(0, 1),
      Enter: () => this.#open(),
    };
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  }

  #open(): void {
    if (this.#focus >= 0) this.#options.onOpened(this.#focus);
  }

  #step(by: number): void {
    const { bars, rowHeight } = this.#drawn ?? { bars: new Uint32Array(), rowHeight: 1 };
    if (bars.length === 0) return;
    const at = bars.indexOf(this.#focus);
    const next = Math.min(Math.max(at < 0 ? 0 : at + by, 0), bars.length - 1);
    this.#focus = bars[next] ?? -1;
    this.#options.onFocused(this.#focus);
    this.#options.onPointed({ bar: this.#focus, x: 24, y: AXIS_HEIGHT + (next + 1) * rowHeight + 4 });
    this.#paintSoon();
  }

  #paintSoon(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    const model = this.#model;
    const context = this.#canvas.getContext("2d");
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (model === null || context === null || width === 0) return;
    const ratio = devicePixelRatio;
    if (this.#canvas.width !== Math.round(width * ratio) || this.#canvas.height !== Math.round(height * ratio)) {
      this.#canvas.width = Math.round(width * ratio);
      this.#canvas.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#colours ??= timelineColours(this.#options.legend);
    this.#drawn = drawTimeline(context, {
      ...{ model, sight: this.#seen(), colours: this.#colours, width, height },
      ...{ critical: this.#critical, focus: this.#focus, selected: this.#pointer.selected },
    });
  }
}
