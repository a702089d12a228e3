import type { IncomingMessage } from "node:http";
import type { HeldBytes } from "./held-bytes.ts";

/** A body, or the status that it is refused with. */
export type ReadBody =
  { readonly bytes: Buffer } | { readonly status: number; readonly error: string; readonly retryAfter?: number };

/** What a body may have, and where its bytes are counted. */
export interface BodyLimits {
  readonly maxBytes: number;
  readonly held: HeldBytes;
  /** This many were counted for this body. */
  onHeld(bytes: number): void;
}

export const TOO_MANY_BYTES = { status: 429, error: "too many bytes of requests are waiting", retryAfter: 1 };

/** So long the rest of a refused body is read and thrown away, so that the answer arrives. */
const DISCARD_MS = 5_000;

/** Reads the body of a request, and no more of it than is allowed. Gives nothing where the connection breaks. */
export function readBody(
  request: IncomingMessage,
  { maxBytes, held, onHeld }: BodyLimits,
  done: (body: ReadBody) => void,
): void {
  const { "content-length": length, "content-encoding": encoding = "identity" } = request.headers;
  if (encoding !== "identity")
    return refuse(request, done, { status: 415, error: `the body is encoded as ${encoding}; send it as it is` });
  const tooLarge = {
    status: 413,
    error: `the body has more than ${maxBytes} bytes; --max-body sets how many are taken`,
  };
  if (Number(length ?? 0) > maxBytes) return refuse(request, done, tooLarge);
  const pieces: Buffer[] = [];
  let size = 0;
  const onData = (piece: Buffer) => {
    size += piece.length;
    const isTooLarge = size > maxBytes;
    if (!isTooLarge && held.take(piece.length)) {
      onHeld(piece.length);
      return void pieces.push(piece);
    }
    pieces.length = 0;
    request.off("data", onData).off("end", onEnd);
    refuse(request, done, isTooLarge ? tooLarge : TOO_MANY_BYTES);
  };
  const onEnd = () => done({ bytes: pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces, size) });
  request.on("data", onData).on("end", onEnd);
  // The connection broke: there is nobody to answer.
  request.on("error", () => undefined);
}

function refuse(request: IncomingMessage, done: (body: ReadBody) => void, why: ReadBody): void {
  done(why);
  request.resume();
  const late = setTimeout(() => request.destroy(), DISCARD_MS).unref();
  request.on("close", () => clearTimeout(late));
}
