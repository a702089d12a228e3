import { Unpackr } from "msgpackr";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import type { ByteSource } from "./byte-source.ts";
import { damaged } from "./failures.ts";
import { PartReader } from "./part-reader.ts";
import { readFrame } from "./read-frame.ts";
import { Reviver } from "./reviver.ts";

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
  const { header, layout, skeleton } = readFrame(source, artifact);
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
