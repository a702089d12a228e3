import type { SecretForm } from "./secret-forms.ts";

/** Where a text begins and ends, in bytes. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What was found in a piece of a stream. */
export interface FoundSecret {
  /** In order, none touching another. */
  readonly spans: readonly Span[];
  /** From here on the bytes to come decide. */
  readonly decided: number;
}

export interface SecretMatcher {
  /**
   * Finds every place that any of the forms covers.
   * @param bytes - the piece
   * @param isLast - true if nothing follows it
   */
  find(bytes: Buffer, isLast: boolean): FoundSecret;
}

/** Forms begin with at least this many bytes; these choose the forms to compare. */
const KEY_BYTES = 4;
/** A product of the key with this, of which the upper 16 bits are taken: Knuth's multiplicative hash. */
const MIX = 0x9e3779b1;
/** A gap of line ends and indentation that is longer than this is none that an encoder made. */
const MAX_GAP_BYTES = 80;
/** Where a process died while it wrote, so much of a secret's beginning is taken for the secret. */
const MIN_PART_BYTES = 8;

/** One pass whatever the number of forms: almost every position is dismissed by one look into a table of 64 KiB. */
export function secretMatcher(forms: readonly SecretForm[]): SecretMatcher {
  const isKnown = new Uint8Array(1 << 16);
  const byKey = new Map<number, SecretForm[]>();
  const beginnings = new Set<string>();
  for (const form of forms) {
    const key = form.bytes.readInt32BE(0);
    isKnown[Math.imul(key, MIX) >>> 16] = 1;
    byKey.set(key, [...(byKey.get(key) ?? []), form]);
    for (let length = 1; length < KEY_BYTES; length += 1) beginnings.add(form.bytes.toString("latin1", 0, length));
  }

  return {
    find(bytes, isLast) {
      const spans: Span[] = [];
      let decided = isLast ? bytes.length : openEnd(bytes, beginnings);
      let key = 0;
      for (let at = 0; at < bytes.length; at += 1) {
        key = (key << 8) | (bytes[at] ?? 0);
        if (isKnown[Math.imul(key, MIX) >>> 16] === 0 || at < KEY_BYTES - 1) continue;
        const start = at - KEY_BYTES + 1;
        for (const form of byKey.get(key) ?? []) {
          const end = endOf(form, bytes, start);
          if (end !== UNDECIDED) cover(spans, { start, end });
          else if (!isLast) decided = Math.min(decided, start);
          else if (bytes.length - start >= MIN_PART_BYTES) cover(spans, { start, end: bytes.length });
        }
      }
      // What lies across that place is found once more, with what follows.
      for (let last = spans.at(-1); last !== undefined && last.end > decided; last = spans.at(-1)) {
        decided = Math.min(decided, last.start);
        spans.pop();
      }
      return { spans, decided };
    },
  };
}

/** The bytes end before the form does. */
const UNDECIDED = null;

/** Where the form ends that begins at `start`: there if it is another text. */
function endOf({ bytes: form, mayWrap, hasTail }: SecretForm, bytes: Buffer, start: number): number | typeof UNDECIDED {
  let at = start;
  for (let index = 0; index < form.length; index += 1, at += 1) {
    if (mayWrap && isLineEnd(bytes[at])) {
      const gap = gapAt(bytes, at);
      if (gap > MAX_GAP_BYTES) return start;
      at += gap;
    }
    if (at >= bytes.length) return UNDECIDED;
    if (bytes[at] !== form[index]) return start;
  }
  return hasTail ? tailEnd(bytes, at) : at;
}

/** Line ends and the indentation after them. */
function gapAt(bytes: Buffer, start: number): number {
  let at = start;
  while (isLineEnd(bytes[at]) || bytes[at] === 0x20 || bytes[at] === 0x09) at += 1;
  return at - start;
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === 0x0a || byte === 0x0d;
}

function tailEnd(bytes: Buffer, start: number): number {
  let at = start;
  if (isBase64(bytes[at])) at += 1;
  while (bytes[at] === 0x3d && at < start + 3) at += 1;
  return at;
}

function isBase64(byte: number | undefined): boolean {
  return byte !== undefined && /[A-Za-z0-9+/_-]/.test(String.fromCharCode(byte));
}

/** Where a form may begin of which less is there than a key. */
function openEnd(bytes: Buffer, beginnings: ReadonlySet<string>): number {
  for (let at = Math.max(0, bytes.length - KEY_BYTES + 1); at < bytes.length; at += 1)
    if (beginnings.has(bytes.toString("latin1", at))) return at;
  return bytes.length;
}

/** Spans come by where they begin; those that overlap become one. */
function cover(spans: Span[], span: Span): void {
  if (span.end === span.start) return;
  const last = spans.at(-1);
  if (last === undefined || span.start >= last.end) spans.push(span);
  else spans[spans.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
}
