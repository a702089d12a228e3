import type { ByteSource } from "./byte-source.ts";
import { damaged } from "./failures.ts";
import { type Header, type PartLayout, layoutOf, MAX_DEPTH, MAX_SKELETON_BYTES, readHeader } from "./header.ts";
import { isSkeleton } from "./is-skeleton.ts";

/** Below the deepest value lies at most a marker, and a marker in its field. */
const MAX_SKELETON_DEPTH = MAX_DEPTH + 3;

export interface ValueFrame {
  readonly header: Header;
  readonly layout: PartLayout;
  readonly skeleton: Buffer;
}

/**
 * The outer form of encoded bytes, checked; nothing is revived.
 * @throws MillraceError `MILLRACE_DAMAGED_ARTIFACT` or `MILLRACE_NEWER_FORMAT`
 */
export function readFrame(source: ByteSource, artifact: string): ValueFrame {
  const header = readHeader(source, artifact);
  const layout = layoutOf(header);
  if (header.skeletonBytes > MAX_SKELETON_BYTES) throw damaged(artifact, `a skeleton of ${header.skeletonBytes} bytes`);
  // Not from Node's pool, as its native string reader sees the whole buffer.
  const skeleton = Buffer.allocUnsafeSlow(header.skeletonBytes);
  source.read(skeleton, layout.skeletonAt);
  if (!isSkeleton(skeleton, MAX_SKELETON_DEPTH)) throw damaged(artifact, "the skeleton is not valid");
  return { header, layout, skeleton };
}
