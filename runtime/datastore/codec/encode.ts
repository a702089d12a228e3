import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { describe } from "./describe.ts";
import { aligned, layoutOf, versionFor, writeHeader } from "./header.ts";
import { SkeletonWriter } from "./skeleton-writer.ts";
import { unstorable } from "./unstorable.ts";
import type { Part } from "./view-collector.ts";
import { appendAll } from "../../../sdk/base/append-all.ts";

/** A value as bytes. */
export interface EncodedValue {
  /** For people: "number", "Array(12)", "Float32Array(1000)", "Movie". */
  readonly type: string;
  /** Bytes, all chunks together. */
  readonly size: number;
  /** In order; the raw parts are views on the value's own memory, so write them before it changes. */
  readonly chunks: readonly Uint8Array[];
}

/**
 * Encodes an artifact, in the format that `header.ts` describes. Equal values give equal bytes.
 *
 * @param value - anything that api.md allows in an artifact
 * @param artifact - its name, for messages
 * @throws MillraceError `MILLRACE_UNSTORABLE` with the path to what cannot be stored
 */
export function encode(value: unknown, artifact: string): EncodedValue {
  const writer = new SkeletonWriter(artifact);
  walk(writer, value, artifact);
  const parts = writer.views.finish();
  const { hasMarkers, newestMark, size: skeletonBytes } = writer.tokens;
  const header = { version: versionFor(newestMark), hasMarkers, skeletonBytes, parts };
  const head = [writeHeader(header), ...writer.tokens.chunks()];
  const { skeletonAt, size } = layoutOf(header);
  return {
    type: describe(value),
    size,
    chunks: [
      ...(head.length === 2 ? [Buffer.concat(head)] : head),
      ...rawChunks(parts, skeletonAt + header.skeletonBytes),
    ],
  };
}

function walk(writer: SkeletonWriter, value: unknown, artifact: string): void {
  try {
    writer.write(value);
  } catch (error) {
    if (isMillraceError(error) || !(error instanceof RangeError)) throw error;
    // The stack of a caller that is deep already, or more objects than a Map can number.
    throw unstorable({
      artifact,
      path: [],
      what: "a value this deep or with this many objects",
      type: `${describe(value)} (${error.message})`,
      hint: "store it flat, and hold numbers in typed arrays",
      cause: error,
    });
  }
}

function rawChunks(parts: readonly Part[], start: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let at = start;
  for (const part of parts) {
    const gap = aligned(at) - at;
    if (gap > 0) chunks.push(new Uint8Array(gap));
    appendAll(
      chunks,
      part.chunks.filter((chunk) => chunk.byteLength > 0),
    );
    at += gap + part.byteLength;
  }
  return chunks;
}
