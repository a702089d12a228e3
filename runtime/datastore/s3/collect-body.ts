import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";

/** The body ended early or did not have the checksum that came with it. */
export class BrokenBody extends Error {
  override readonly name = "BrokenBody";
}

export interface BodyFacts {
  readonly length: number;
  /** CRC-32 of the whole object in base64, where the answer has one and the body is the whole object. */
  readonly crc32?: string | undefined;
}

/** Collects a body in a buffer of its own. Too few bytes, or other ones than were stored, are an error. */
export async function collectBody(body: Readable, facts: BodyFacts): Promise<Uint8Array> {
  const bytes = new Uint8Array(facts.length);
  let at = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    if (at + chunk.length > bytes.length) throw new BrokenBody(`more than the ${bytes.length} bytes announced`);
    bytes.set(chunk, at);
    at += chunk.length;
  }
  if (at < bytes.length) throw new BrokenBody(`${at} bytes of the ${bytes.length} announced`);
  if (facts.crc32 !== undefined && base64Crc(bytes) !== facts.crc32)
    throw new BrokenBody(`a checksum other than the stored one, ${facts.crc32}`);
  return bytes;
}

function base64Crc(bytes: Uint8Array): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString("base64");
}
