import { messageOf } from "../../../sdk/base/message-of.ts";

/** A body that is larger is a batch alone, and its worker reads it: the server is not to stand still for it. */
const READ_HERE_BYTES = 64 * 1024;
const ARRAY = 0x5b;

/** How many rows a body has: null for one that is not read here; the fault of one that is no JSON. */
export function rowsIn(body: Buffer): { readonly rows: number | null } | { readonly fault: string } {
  if (body.length === 0) return { fault: "the body is empty" };
  if (body.length > READ_HERE_BYTES) return { rows: null };
  if (firstByte(body) !== ARRAY) return { rows: 1 };
  try {
    const value: unknown = JSON.parse(body.toString());
    return { rows: Array.isArray(value) ? value.length : 1 };
  } catch (error) {
    return { fault: messageOf(error) };
  }
}

/** That is no white space. */
function firstByte(body: Buffer): number | undefined {
  return body.find((byte) => byte !== 0x20 && (byte < 0x09 || byte > 0x0d));
}
