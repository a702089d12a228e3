/**
 * The bytes of an encoded artifact, formats 1 and 2. Integers are little-endian and unsigned.
 *
 * | offset       | bytes | content |
 * |--------------|-------|---------|
 * | 0            | 3     | `MLR` |
 * | 3            | 1     | format version: 1, or 2 if a marker of format 2 is in the skeleton |
 * | 4            | 1     | flags; bit 0: the skeleton contains markers (see `mark.ts`) |
 * | 5            | 3     | zero |
 * | 8            | 8     | S, the skeleton's length in bytes |
 * | 16           | 4     | P, the number of parts |
 * | 20           | 4     | zero |
 * | 24           | 16·P  | part table: per part its byte length (8), then 0, or for a resizable buffer its maximal length + 1 (8) |
 * | 24 + 16·P    | S     | skeleton: one MessagePack value of nil, bool, int, float64, str, array and map with string keys |
 * | next multiple of 8 | | part 0, raw; every part starts at the next multiple of 8 after its predecessor's end |
 *
 * Gaps are zero; nothing follows the last part, and without parts nothing follows the skeleton. A part is one
 * backing buffer of typed arrays, little-endian as on every platform that Node supports.
 */
import type { ByteSource } from "./byte-source.ts";
import { damaged, newerFormat } from "./failures.ts";
import { Mark } from "./mark.ts";

const FORMAT_VERSION = 2;
const FIXED_HEADER_BYTES = 24;
const PART_ENTRY_BYTES = 16;
const MAGIC = "MLR";
const MARKED = 1;

/** How deep values may nest, in objects; the decoder's scan refuses more. */
export const MAX_DEPTH = 2500;
/** Node 20 cannot hold a longer skeleton in one buffer that every reader indexes safely. */
export const MAX_SKELETON_BYTES = 2 ** 31 - 1;

/** One raw part: where it lies and how it comes back. */
export interface PartSpan {
  readonly byteLength: number;
  /** Only of a resizable buffer. */
  readonly maxByteLength: number | undefined;
}

export interface Header {
  readonly version: number;
  readonly hasMarkers: boolean;
  readonly skeletonBytes: number;
  readonly parts: readonly PartSpan[];
}

/** Where everything lies, computed from the lengths. */
export interface PartLayout {
  readonly skeletonAt: number;
  readonly partsAt: readonly number[];
  readonly size: number;
}

/** The oldest format that has all markers up to this one, so that older readers read what they know. */
export function versionFor(newestMark: number): number {
  return newestMark >= Mark.keyedArray ? 2 : 1;
}

/** The header with its part table. */
export function writeHeader(header: Header): Uint8Array {
  const bytes = new Uint8Array(FIXED_HEADER_BYTES + PART_ENTRY_BYTES * header.parts.length);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < MAGIC.length; at++) bytes[at] = MAGIC.charCodeAt(at);
  bytes[3] = header.version;
  bytes[4] = header.hasMarkers ? MARKED : 0;
  view.setBigUint64(8, BigInt(header.skeletonBytes), true);
  view.setUint32(16, header.parts.length, true);
  header.parts.forEach((part, index) => {
    const at = FIXED_HEADER_BYTES + PART_ENTRY_BYTES * index;
    view.setBigUint64(at, BigInt(part.byteLength), true);
    // One more than the maximum, so that a resizable buffer that is full differs from a fixed one.
    view.setBigUint64(at + 8, part.maxByteLength === undefined ? 0n : BigInt(part.maxByteLength) + 1n, true);
  });
  return bytes;
}

/** Reads and checks the header; every length it returns fits into the source. */
export function readHeader(source: ByteSource, artifact: string): Header {
  if (source.size < FIXED_HEADER_BYTES) throw damaged(artifact, `${source.size} bytes are too few for a header`);
  const fixed = new Uint8Array(FIXED_HEADER_BYTES);
  source.read(fixed, 0);
  const view = new DataView(fixed.buffer);
  if (Buffer.from(fixed.subarray(0, 3)).toString("latin1") !== MAGIC)
    throw damaged(artifact, "they do not start with MLR");
  const version = view.getUint8(3);
  if (version > FORMAT_VERSION)
    throw newerFormat(artifact, `format ${version}, while this version reads up to ${FORMAT_VERSION}`);
  const flags = view.getUint8(4);
  const hasZeroes = view.getUint8(5) === 0 && view.getUint16(6) === 0 && view.getUint32(20) === 0;
  if (version === 0 || (flags & ~MARKED) !== 0 || !hasZeroes) throw damaged(artifact, "the header makes no sense");
  const partCount = view.getUint32(16, true);
  if (FIXED_HEADER_BYTES + PART_ENTRY_BYTES * partCount > source.size)
    throw damaged(artifact, `no room for ${partCount} parts`);
  const table = new Uint8Array(PART_ENTRY_BYTES * partCount);
  source.read(table, FIXED_HEADER_BYTES);
  const header = {
    version,
    hasMarkers: flags === MARKED,
    skeletonBytes: Number(view.getBigUint64(8, true)),
    parts: readPartTable(new DataView(table.buffer)),
  };
  const { size } = layoutOf(header);
  if (size !== source.size) throw damaged(artifact, `${source.size} bytes where the header announces ${size}`);
  return header;
}

/** Where skeleton and parts lie. */
export function layoutOf(header: Header): PartLayout {
  const skeletonAt = FIXED_HEADER_BYTES + PART_ENTRY_BYTES * header.parts.length;
  const partsAt: number[] = [];
  let size = skeletonAt + header.skeletonBytes;
  for (const part of header.parts) {
    size = aligned(size);
    partsAt.push(size);
    size += part.byteLength;
  }
  return { skeletonAt, partsAt, size };
}

/** The next multiple of 8; not by bit operations, as lengths pass 2^32. */
export function aligned(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function readPartTable(table: DataView): PartSpan[] {
  const parts: PartSpan[] = [];
  for (let at = 0; at < table.byteLength; at += PART_ENTRY_BYTES) {
    const maximum = table.getBigUint64(at + 8, true);
    parts.push({
      byteLength: Number(table.getBigUint64(at, true)),
      maxByteLength: maximum === 0n ? undefined : Number(maximum - 1n),
    });
  }
  return parts;
}
