/**
 * Whether `bytes` are exactly one MessagePack value of the kinds that a skeleton may have, nested at most `maxDepth` deep.
 *
 * The MessagePack reader is only let loose on bytes that pass: it compiles code for record extensions, builds regular
 * expressions and dates from others, and takes lengths on trust in places.
 */
export function isSkeleton(bytes: Uint8Array, maxDepth: number): boolean {
  const size = bytes.length;
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  /** Values left to read, level by level; of a map, keys and values. */
  const left = new Float64Array(maxDepth + 2);
  const isMap = new Uint8Array(maxDepth + 2);
  let level = 0;
  let at = 0;
  left[0] = 1;
  for (;;) {
    while (left[level] === 0) {
      if (level === 0) return at === size;
      level -= 1;
    }
    if (at >= size) return false;
    const token = bytes[at++] as number;
    const isKey = isMap[level] === 1 && (left[level] as number) % 2 === 0;
    left[level] = (left[level] as number) - 1;
    if (isKey && !((token >= 0xa0 && token < 0xc0) || (token >= 0xd9 && token <= 0xdb))) return false;
    if (token < 0x80 || token >= 0xe0) continue;
    if (token >= 0xa0 && token < 0xc0) {
      at += token - 0xa0;
      continue;
    }
    const kind = KINDS[token] as number;
    if (kind === REFUSED) return false;
    const width = WIDTHS[token] as number;
    if (at + width > size) return false;
    const amount = kind === SCALAR ? 0 : token < 0xa0 ? token & 0x0f : lengthAt(view, at, width);
    at += width;
    if (kind === TEXT) at += amount;
    else if (kind !== SCALAR) {
      const children = kind === MAP ? 2 * amount : amount;
      level += 1;
      if (children > size - at || level > maxDepth) return false;
      left[level] = children;
      isMap[level] = kind === MAP ? 1 : 0;
    }
  }
}

const REFUSED = 0;
const SCALAR = 1;
const TEXT = 2;
const ARRAY = 3;
const MAP = 4;
/** What each token starts, and how many bytes of value or length follow it. */
const KINDS = new Uint8Array(256);
const WIDTHS = new Uint8Array(256);

function allow(kind: number, widths: Readonly<Record<number, number>>): void {
  for (const [token, width] of Object.entries(widths)) {
    KINDS[Number(token)] = kind;
    WIDTHS[Number(token)] = width;
  }
}

allow(SCALAR, { 0xc0: 0, 0xc2: 0, 0xc3: 0, 0xcb: 8, 0xcc: 1, 0xcd: 2, 0xce: 4, 0xd0: 1, 0xd1: 2, 0xd2: 4, 0xd3: 8 });
allow(TEXT, { 0xd9: 1, 0xda: 2, 0xdb: 4 });
allow(ARRAY, { 0xdc: 2, 0xdd: 4 });
allow(MAP, { 0xde: 2, 0xdf: 4 });
KINDS.fill(MAP, 0x80, 0x90);
KINDS.fill(ARRAY, 0x90, 0xa0);

function lengthAt(view: DataView, at: number, width: number): number {
  return width === 1 ? view.getUint8(at) : width === 2 ? view.getUint16(at) : view.getUint32(at);
}
