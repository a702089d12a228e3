export interface TimelinePointerOptions {
  /** By so many pixels. */
  readonly onMoved: (x: number, y: number) => void;
  readonly onZoomed: (factor: number, x: number) => void;
  readonly onRows: (factor: number, y: number) => void;
  readonly onSelected: (from: number, to: number) => void;
  readonly onHover: (x: number, y: number) => void;
  readonly onLeft: () => void;
  readonly onClicked: (x: number, y: number) => void;
  /** The selection changed. */
  readonly onPainted: () => void;
}

/** Less is a click. */
const DRAG_PX = 4;
const WHEEL_ZOOM = 0.0015;

/** Reads pointer and wheel over the canvas. */
export class TimelinePointer {
  /** The stretch that is being selected, in pixels. */
  selected: readonly [number, number] | null = null;
  readonly #abort = new AbortController();
  #from: { x: number; y: number } | null = null;
  #last = { x: 0, y: 0 };
  #isDrag = false;

  constructor(canvas: HTMLCanvasElement, options: TimelinePointerOptions) {
    const { signal } = this.#abort;
    canvas.addEventListener(
      "pointerdown",
      (event) => {
        if (event.button !== 0) return;
        this.#from = this.#last = { x: event.offsetX, y: event.offsetY };
        this.#isDrag = false;
        canvas.setPointerCapture(event.pointerId);
      },
      { signal },
    );
    canvas.addEventListener("pointermove", (event) => this.#move(event, options), { signal });
    canvas.addEventListener("pointerup", (event) => this.#up(event, options), { signal });
    canvas.addEventListener("pointerleave", () => options.onLeft(), { signal });
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const delta = event.deltaY === 0 ? event.deltaX : event.deltaY;
        const factor = Math.exp(Math.max(Math.min(delta, 300), -300) * WHEEL_ZOOM);
        if (event.shiftKey) options.onRows(factor, event.offsetY);
        else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) options.onMoved(-event.deltaX, 0);
        else options.onZoomed(factor, event.offsetX);
      },
      { signal, passive: false },
    );
  }

  close(): void {
    this.#abort.abort();
  }

  #move(event: PointerEvent, options: TimelinePointerOptions): void {
    const { offsetX: x, offsetY: y } = event;
    const from = this.#from;
    if (from === null) return options.onHover(x, y);
    this.#isDrag ||= Math.hypot(x - from.x, y - from.y) > DRAG_PX;
    if (!this.#isDrag) return;
    options.onLeft();
    if (event.shiftKey) {
      this.selected = [from.x, x];
      options.onPainted();
    } else options.onMoved(x - this.#last.x, y - this.#last.y);
    this.#last = { x, y };
  }

  #up({ offsetX: x, offsetY: y }: PointerEvent, options: TimelinePointerOptions): void {
    const { selected } = this;
    const isClick = this.#from !== null && !this.#isDrag;
    this.#from = null;
    this.selected = null;
    if (isClick) options.onClicked(x, y);
    else if (selected !== null && Math.abs(selected[1] - selected[0]) > DRAG_PX) options.onSelected(...selected);
    else options.onPainted();
  }
}
