import type { SecretMatcher, Span } from "./secret-matcher.ts";
import { appendAll } from "../../sdk/base/append-all.ts";

/** Stands for a secret wherever text is stored or shown. */
const MASK = Buffer.from("***");
/** Looked through at once, so that little is copied. */
const PIECE_BYTES = 1 << 20;

export interface MaskOptions {
  /** A mask for each line of a secret: what is cut into lines stays so. */
  readonly byLine: boolean;
}

/** Masks the secrets in one stream of bytes, also those that lie across its pieces. */
export class MaskStream {
  readonly #matcher: SecretMatcher;
  readonly #options: MaskOptions;
  /** What may be the beginning of a secret. */
  #held: Buffer = Buffer.alloc(0);
  /** True once a secret has come by. */
  hasFound = false;

  constructor(matcher: SecretMatcher, options: MaskOptions) {
    this.#matcher = matcher;
    this.#options = options;
  }

  /** What is known to be no secret yet of all that came, masked. */
  push(bytes: Buffer): Buffer {
    if (bytes.length <= PIECE_BYTES) return this.#masked(bytes, false);
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += PIECE_BYTES)
      pieces.push(this.#masked(bytes.subarray(at, at + PIECE_BYTES), false));
    return Buffer.concat(pieces);
  }

  /** The rest: nothing follows. */
  end(): Buffer {
    return this.#masked(Buffer.alloc(0), true);
  }

  #masked(fresh: Buffer, isLast: boolean): Buffer {
    const bytes = this.#held.length === 0 ? fresh : Buffer.concat([this.#held, fresh]);
    const { spans, decided } = this.#matcher.find(bytes, isLast);
    // A copy: the caller's memory is not ours to keep.
    this.#held = Buffer.from(bytes.subarray(decided));
    if (spans.length === 0) return bytes.subarray(0, decided);
    this.hasFound = true;
    return withMasks(bytes.subarray(0, decided), spans, this.#options);
  }
}

function withMasks(bytes: Buffer, spans: readonly Span[], { byLine }: MaskOptions): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { start, end } of spans) {
    parts.push(bytes.subarray(at, start));
    appendAll(parts, byLine ? lineMasks(bytes.subarray(start, end)) : [MASK]);
    at = end;
  }
  return Buffer.concat([...parts, bytes.subarray(at)]);
}

/** Line ends and indentation stay. */
function lineMasks(secret: Buffer): Buffer[] {
  if (!secret.includes(0x0a)) return [MASK];
  const lines = secret.toString("latin1").match(/[\r\n][\r\n \t]*|[^\r\n]+/g) ?? [];
  return lines.map((line) => (/^[\r\n]/.test(line) ? Buffer.from(line) : MASK));
}
