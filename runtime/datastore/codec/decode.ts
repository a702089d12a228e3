import { Unpackr } from "msgpackr";
import { isMillraceError } from "../../../sdk/errors.ts";
import type { ByteSource } from "./byte-source.ts";
import { damaged } from "./failures.ts";
import { MAX_DEPTH, MAX_SKELETON_BYTES, layoutOf, readHeader } from "./format.ts";
import { PartReader } from "./part-reader.ts";
import { Reviver } from "./revive.ts";
import { isSkeleton } from "./scan.ts";

/** Below the deepest value lies at most a marker, and a marker in its field. */
const MAX_SKELETON_DEPTH = MAX_DEPTH + 3;

/**
 * Rebuilds the value that `encode` wrote. Runs no code but the `unpack` of registered types, and allocates no more than
 * the source's size announces, whatever the bytes are.
 *
 * @param source - the encoded bytes; every binary part is read straight into its own buffer
 * @param artifact - its name, for messages
 * @throws MillraceError `MILLRACE_DAMAGED_ARTIFACT`, `MILLRACE_NEWER_FORMAT`, `MILLRACE_UNREGISTERED_TYPE`,
 * `MILLRACE_UNPACK_FAILED` or `MILLRACE_OUT_OF_MEMORY`; what the source throws is passed on
 */
export function decode(source: ByteSource, artifact: string): unknown {
  const header = readHeader(source, artifact);
  const layout = layoutOf(header);
  if (header.skeletonBytes > MAX_SKELETON_BYTES) throw damaged(artifact, `a skeleton of ${header.skeletonBytes} bytes`);
  // Not from Node's pool, as its native string reader sees the whole buffer.
  const skeleton = Buffer.allocUnsafeSlow(header.skeletonBytes);
  source.read(skeleton, layout.skeletonAt);
  if (!isSkeleton(skeleton, MAX_SKELETON_DEPTH)) throw damaged(artifact, "the skeleton is no skeleton");
  try {
    const tree: unknown = new Unpackr({ useRecords: false, mapsAsObjects: true }).unpack(skeleton);
    if (!header.hasMarkers) return tree;
    return new Reviver(new PartReader({ source, header, layout, artifact }), artifact).revive(tree);
  } catch (error) {
    if (isMillraceError(error) || !(error instanceof Error)) throw error;
    if (error instanceof RangeError || error instanceof SyntaxError || error instanceof TypeError) {
      throw damaged(artifact, error.message, error);
    }
    throw error;
  }
}
