import type { Mark } from "./mark.ts";

const FIRST_CHUNK_BYTES = 1024;
const LARGEST_CHUNK_BYTES = 16 * 1024 * 1024;
/** Strings up to here are written unit by unit, which beats a native call. */
const SHORT_TEXT = 48;

interface SizeTokens {
  readonly one?: number;
  readonly two: number;
  readonly four: number;
}
const UNSIGNED: SizeTokens = { one: 0xcc, two: 0xcd, four: 0xce };
const TEXT: SizeTokens = { one: 0xd9, two: 0xda, four: 0xdb };
const ARRAY: SizeTokens = { two: 0xdc, four: 0xdd };
const MAP: SizeTokens = { two: 0xde, four: 0xdf };

/** A place in the skeleton that is filled in when the walk is over. */
export interface TokenSlot {
  readonly view: DataView;
  readonly at: number;
}

/** Writes MessagePack tokens, in the shortest form, into chunks that are never copied or moved. */
export class TokenWriter {
  readonly #full: Uint8Array[] = [];
  #fullBytes = 0;
  #chunk = Buffer.alloc(FIRST_CHUNK_BYTES);
  #view = new DataView(this.#chunk.buffer, this.#chunk.byteOffset, this.#chunk.byteLength);
  #at = 0;
  #hasMarkers = false;
  #newestMark: number = 0;

  get hasMarkers(): boolean {
    return this.#hasMarkers;
  }

  /** The highest marker that was written: says which readers know all of them. */
  get newestMark(): number {
    return this.#newestMark;
  }

  get size(): number {
    return this.#fullBytes + this.#at;
  }

  chunks(): readonly Uint8Array[] {
    return [...this.#full, this.#chunk.subarray(0, this.#at)];
  }

  nil(): void {
    this.#byte(0xc0);
  }

  boolean(value: boolean): void {
    this.#byte(value ? 0xc3 : 0xc2);
  }

  /** Any number but NaN and -0. */
  number(value: number): void {
    this.#reserve(9);
    if (value >>> 0 === value) {
      if (value < 0x80) this.#chunk[this.#at++] = value;
      else this.#sized(value, UNSIGNED);
    } else if (value >> 0 === value) this.#negative(value);
    else {
      this.#chunk[this.#at++] = 0xcb;
      this.#view.setFloat64(this.#at, value);
      this.#at += 8;
    }
  }

  /** False, and nothing is written, when `text` does not survive UTF-8. */
  text(text: string): boolean {
    if (text.length <= SHORT_TEXT && this.#shortAscii(text)) return true;
    if (!isOrdinaryText(text)) return false;
    const bytes = Buffer.byteLength(text);
    this.#reserve(bytes + 5);
    if (bytes < 0x20) this.#chunk[this.#at++] = 0xa0 | bytes;
    else this.#sized(bytes, TEXT);
    this.#at += this.#chunk.write(text, this.#at, bytes, "utf8");
    return true;
  }

  arrayHeader(length: number): void {
    this.#reserve(5);
    if (length < 0x10) this.#chunk[this.#at++] = 0x90 | length;
    else this.#sized(length, ARRAY);
  }

  mapHeader(length: number): void {
    this.#reserve(5);
    if (length < 0x10) this.#chunk[this.#at++] = 0x80 | length;
    else this.#sized(length, MAP);
  }

  /** The head of a marker; the caller writes its `fields` next. */
  mark(mark: Mark, fields: number): void {
    this.#hasMarkers = true;
    if (mark > this.#newestMark) this.#newestMark = mark;
    this.arrayHeader(fields + 1);
    this.#reserve(9);
    this.#chunk[this.#at++] = 0xd3;
    this.#view.setUint32(this.#at, 0);
    this.#view.setUint32(this.#at + 4, mark);
    this.#at += 8;
  }

  /** A float64 of which the value follows later. */
  slot(): TokenSlot {
    this.#reserve(9);
    this.#chunk[this.#at] = 0xcb;
    const slot = { view: this.#view, at: this.#at + 1 };
    this.#at += 9;
    return slot;
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#chunk[this.#at++] = value;
  }

  #negative(value: number): void {
    if (value >= -0x20) this.#chunk[this.#at++] = 0x100 + value;
    else if (value >= -0x80) {
      this.#chunk[this.#at++] = 0xd0;
      this.#chunk[this.#at++] = value + 0x100;
    } else if (value >= -0x8000) {
      this.#chunk[this.#at++] = 0xd1;
      this.#view.setInt16(this.#at, value);
      this.#at += 2;
    } else {
      this.#chunk[this.#at++] = 0xd2;
      this.#view.setInt32(this.#at, value);
      this.#at += 4;
    }
  }

  #sized(value: number, tokens: SizeTokens): void {
    if (tokens.one !== undefined && value < 0x100) {
      this.#chunk[this.#at++] = tokens.one;
      this.#chunk[this.#at++] = value;
    } else if (value < 0x10000) {
      this.#chunk[this.#at++] = tokens.two;
      this.#view.setUint16(this.#at, value);
      this.#at += 2;
    } else {
      this.#chunk[this.#at++] = tokens.four;
      this.#view.setUint32(this.#at, value);
      this.#at += 4;
    }
  }

  #shortAscii(text: string): boolean {
    const { length } = text;
    this.#reserve(length + 2);
    const chunk = this.#chunk;
    let at = this.#at;
    if (length < 0x20) chunk[at++] = 0xa0 | length;
    else {
      chunk[at++] = 0xd9;
      chunk[at++] = length;
    }
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index);
      if (unit >= 0x80) return false;
      chunk[at++] = unit;
    }
    this.#at = at;
    return true;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#chunk.length) return;
    if (this.#at > 0) this.#full.push(this.#chunk.subarray(0, this.#at));
    this.#fullBytes += this.#at;
    const next = Math.max(bytes, Math.min(this.#chunk.length * 4, LARGEST_CHUNK_BYTES));
    this.#chunk = Buffer.allocUnsafeSlow(next);
    this.#view = new DataView(this.#chunk.buffer, this.#chunk.byteOffset, next);
    this.#at = 0;
  }
}

/** False for lone surrogates, and for a leading byte order mark, which text decoders swallow. */
export function isOrdinaryText(text: string): boolean {
  // ES2024, which Node 20 has and the ES2023 library does not declare.
  return text.charCodeAt(0) !== 0xfeff && (text as string & { isWellFormed(): boolean }).isWellFormed();
}
