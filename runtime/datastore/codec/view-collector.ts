import { totalBytes } from "../total-bytes.ts";
import type { PartSpan } from "./header.ts";
import type { TokenSlot } from "./token-writer.ts";

/** A part of the encoded value: its span, and the bytes in order. */
export interface Part extends PartSpan {
  readonly chunks: readonly Uint8Array[];
}

interface ViewUse {
  readonly start: number;
  readonly end: number;
  readonly partSlot: TokenSlot;
  readonly offsetSlot: TokenSlot;
}

/** Bytes in pieces that make one part. */
export interface ChunksSighting {
  readonly chunks: readonly Uint8Array[];
  readonly partSlot: TokenSlot;
  readonly offsetSlot: TokenSlot;
}

interface BufferUse {
  readonly buffer: ArrayBuffer;
  readonly views: ViewUse[];
  isWhole: boolean;
  isPooled: boolean;
}

/** A typed array, DataView, Buffer or ArrayBuffer met by the walk, with the places that will say where its bytes are. */
export interface ViewSighting {
  readonly buffer: ArrayBuffer;
  readonly byteOffset: number;
  readonly byteLength: number;
  /** It is the buffer itself. */
  readonly isBuffer: boolean;
  readonly isNodeBuffer: boolean;
  readonly partSlot: TokenSlot;
  readonly offsetSlot: TokenSlot;
}

/**
 * Collects the binary data of a value and decides, when all views are known, which bytes to store.
 *
 * A view alone on its buffer stores only what it views. Views that share a buffer share a part, which spans from the
 * first viewed byte to the last. On Node's pool, where strangers are neighbours, only views that overlap share one.
 */
export class ViewCollector {
  readonly #uses = new Map<ArrayBuffer | ChunksSighting, BufferUse | ChunksSighting>();

  add(sighting: ViewSighting | ChunksSighting): void {
    if ("chunks" in sighting) this.#uses.set(sighting, sighting);
    else this.#addView(sighting);
  }

  #addView(sighting: ViewSighting): void {
    const { buffer, byteOffset: start, partSlot, offsetSlot } = sighting;
    let use = this.#uses.get(buffer) as BufferUse | undefined;
    if (use === undefined) {
      use = {
        buffer,
        views: [],
        isWhole: maximumOf(buffer) !== undefined,
        isPooled: buffer.byteLength === Buffer.poolSize,
      };
      this.#uses.set(buffer, use);
    }
    use.views.push({ start, end: start + sighting.byteLength, partSlot, offsetSlot });
    if (sighting.isBuffer) use.isWhole = true;
    if (sighting.isNodeBuffer) use.isPooled = true;
  }

  /** Lays out the parts and fills in every view's slots. */
  finish(): readonly Part[] {
    const parts: Part[] = [];
    for (const use of this.#uses.values()) {
      if ("chunks" in use) {
        point(use, { part: parts.length, offset: 0 });
        parts.push({ byteLength: totalBytes(use.chunks), maxByteLength: undefined, chunks: use.chunks });
        continue;
      }
      for (const group of groupsOf(use)) {
        // Views keep their alignment; the bytes before the first are not the user's, so they are zero.
        const lead = group.length === 1 || use.isWhole ? 0 : spanOf(group).start % 8;
        const span = use.isWhole ? { start: 0, end: use.buffer.byteLength } : spanOf(group);
        for (const view of group) {
          point(view, { part: parts.length, offset: view.start - span.start + lead });
        }
        const bytes = new Uint8Array(use.buffer, span.start, span.end - span.start);
        parts.push({
          byteLength: lead + bytes.byteLength,
          maxByteLength: maximumOf(use.buffer),
          chunks: lead === 0 ? [bytes] : [new Uint8Array(lead), bytes],
        });
      }
    }
    return parts;
  }
}

/** Fills in where the bytes of a view came to lie. */
function point(
  { partSlot, offsetSlot }: { readonly partSlot: TokenSlot; readonly offsetSlot: TokenSlot },
  { part, offset }: { part: number; offset: number },
): void {
  partSlot.view.setFloat64(partSlot.at, part);
  offsetSlot.view.setFloat64(offsetSlot.at, offset);
}

/** Whether `buffer` was transferred away; a view of it cannot even be made. */
export function isDetached(buffer: ArrayBuffer): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}

function maximumOf(buffer: ArrayBuffer): number | undefined {
  // ES2024, which Node 20 has and the ES2023 library does not declare.
  const { resizable, maxByteLength } = buffer as ArrayBuffer & { resizable?: boolean; maxByteLength?: number };
  return resizable === true ? maxByteLength : undefined;
}

/** The views that share a part, each group in the order of first sight, so that the bytes do not depend on addresses. */
function groupsOf(use: BufferUse): readonly (readonly ViewUse[])[] {
  if (use.isWhole || !use.isPooled || use.views.length === 1) return [use.views];
  const order = new Map(use.views.map((view, index) => [view, index]));
  const groups: ViewUse[][] = [];
  let end = -1;
  for (const view of [...use.views].sort((a, b) => a.start - b.start)) {
    if (view.start < end) groups.at(-1)?.push(view);
    else groups.push([view]);
    end = Math.max(end, view.end);
  }
  const rank = (group: readonly ViewUse[]) =>
    group.reduce((least, view) => Math.min(least, order.get(view) as number), Infinity);
  return groups.sort((a, b) => rank(a) - rank(b));
}

function spanOf(views: readonly ViewUse[]): { start: number; end: number } {
  let start = Infinity;
  let end = 0;
  for (const view of views) {
    start = Math.min(start, view.start);
    end = Math.max(end, view.end);
  }
  return { start, end };
}
