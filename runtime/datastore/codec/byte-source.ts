import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";

/** Encoded bytes, wherever they lie; read synchronously and in any order. */
export interface ByteSource {
  /** Bytes in all. */
  readonly size: number;
  /** Fills `target` with the bytes from `position` on, or throws. */
  read(target: Uint8Array, position: number): void;
}

/** A source over bytes in memory. */
export function bufferSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.byteLength,
    read(target, position) {
      if (position + target.byteLength > bytes.byteLength) throw brokenInvariant("a read past the end of a buffer");
      target.set(bytes.subarray(position, position + target.byteLength));
    },
  };
}
