import { allPages } from "./all-pages.ts";
import { partIndex, partKey } from "./grown-object.ts";
import type { Fetched, ObjectStore } from "./object-store.ts";
import { START_OF_TAIL, type TailAnswer, type TailPlace } from "./tail-place.ts";

/** Parts of one object that are fetched at once; together they are one piece. */
const PARTS_AT_ONCE = 16;
/** What was copied into the bucket may be one part of any size: of more than this a range is read at a time. */
const LARGE_BYTES = 4 << 20;

interface Read {
  readonly chunks: readonly Uint8Array[];
  readonly next: TailPlace;
  /** False where the last part that was read has more bytes, or says that another follows. */
  readonly isLast: boolean;
}

/** What comes next of an object that is appended to, part after part. */
export async function nextOfGrown(
  objects: ObjectStore,
  { key, place }: { key: string; place: TailPlace },
): Promise<TailAnswer> {
  const first = isListed(place) ? nothingAt(place) : await onePart(objects, { key, place });
  const rest = isListed(first.next) ? await listedParts(objects, { key, place: first.next }) : nothingAt(first.next);
  const chunks = [...first.chunks, ...rest.chunks];
  return { bytes: joined(chunks), isLast: isListed(first.next) ? rest.isLast : first.isLast, next: rest.next };
}

/** All of it, for what is known not to be large. */
export async function wholeGrown(objects: ObjectStore, key: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let place = START_OF_TAIL, isOver = false; !isOver;) {
    const { bytes, isLast, next } = await nextOfGrown(objects, { key, place });
    chunks.push(bytes);
    [place, isOver] = [next, isLast];
  }
  return joined(chunks);
}

/** The part at a place, as far as it is new; if it is full, what follows it is looked up. */
async function onePart(objects: ObjectStore, { key, place }: { key: string; place: TailPlace }): Promise<Read> {
  const part = await freshOf(objects, { key, place });
  if (part === null) return nothingAt(place);
  const read = after(part, place);
  if (!part.continues || read.next.index === place.index) return read;
  const { objects: parts } = await allPages(objects, `${key}.`);
  const lastIndex = parts.reduce((last, one) => Math.max(last, partIndex(key, one.key) ?? 0), place.index);
  return { ...read, next: { ...read.next, lastIndex }, isLast: true };
}

/** Some of the parts that a list has shown, together. */
async function listedParts(objects: ObjectStore, { key, place }: { key: string; place: TailPlace }): Promise<Read> {
  const count = Math.min(place.lastIndex - place.index + 1, PARTS_AT_ONCE);
  const places = Array.from({ length: count }, (_, at) => ({ ...place, index: place.index + at }));
  const parts = await Promise.all(places.map((one) => freshOf(objects, { key, place: one })));
  let read: Read = nothingAt(place);
  for (const [at, part] of parts.entries()) {
    if (read.next.index !== place.index + at) return read;
    // A part is written only after the one before it: behind one that was removed there is nothing.
    if (part === null) return { ...read, next: { ...read.next, lastIndex: -1 }, isLast: true };
    const { chunks, next, isLast } = after(part, read.next);
    read = { chunks: [...read.chunks, ...chunks], next, isLast: isLast || next.index > place.lastIndex };
  }
  return read;
}

/** Parts are small, and only a whole one can be checked. Null if nothing is new. */
async function freshOf(
  objects: ObjectStore,
  { key, place }: { key: string; place: TailPlace },
): Promise<Fetched | null> {
  const { index, position, etag, size } = place;
  const name = partKey(key, index);
  if (etag !== null && position < size) return rangeOf(objects, { name, position, etag });
  const part = await objects.get(name, { unless: etag, maxBytes: LARGE_BYTES });
  if (part === null) return null;
  if (part.size > LARGE_BYTES) return rangeOf(objects, { name, position, etag: part.etag });
  return { ...part, bytes: part.bytes.subarray(position) };
}

function rangeOf(
  objects: ObjectStore,
  { name, position, etag }: { name: string; position: number; etag: string },
): Promise<Fetched | null> {
  return objects.range(name, { position, count: LARGE_BYTES, etag });
}

function after({ bytes, size, etag, continues }: Fetched, place: TailPlace): Read {
  const position = place.position + bytes.byteLength;
  const isFull = continues && position >= size;
  const next = isFull
    ? { ...START_OF_TAIL, index: place.index + 1, lastIndex: place.lastIndex }
    : { ...place, position, etag, size };
  return { chunks: [bytes], next, isLast: !continues && position >= size };
}

function nothingAt(place: TailPlace): Read {
  return { chunks: [], next: place, isLast: true };
}

/** A list has shown the part, and nothing of it was read. */
function isListed({ index, position, lastIndex }: TailPlace): boolean {
  return position === 0 && index <= lastIndex;
}

/** In a buffer of its own, which can change hands. */
function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
}
