import { bufferSource } from "../../../runtime/datastore/codec/byte-source.ts";
import { decode } from "../../../runtime/datastore/codec/decode.ts";
import { encode } from "../../../runtime/datastore/codec/encode.ts";

export function bytesOf(value: unknown): Buffer {
  const encoded = encode(value, "value");
  const bytes = Buffer.concat(encoded.chunks);
  if (bytes.byteLength !== encoded.size) throw new Error(`size ${encoded.size}, chunks ${bytes.byteLength}`);
  return bytes;
}

export function valueOf(bytes: Uint8Array): unknown {
  return decode(bufferSource(bytes), "value");
}

export function roundTrip<T>(value: T): T {
  return valueOf(bytesOf(value)) as T;
}

/** What `act` throws. */
export function thrownBy(act: () => unknown): Error & { code?: string; hint?: string } {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
