const MAX_DEPTH = 8;
const MAX_LOOKS = 200;
const ITEMS = 4;
const NUMBER_BYTES = 12;

/** About how much memory a value takes, known from a few hundred looks: of lists some items stand for all. */
export function approximateBytes(value: unknown): number {
  return bytesOf(value, { looks: MAX_LOOKS }, 0);
}

function bytesOf(value: unknown, left: { looks: number }, depth: number): number {
  left.looks -= 1;
  if (typeof value === "string") return 2 * value.length;
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH || left.looks < 0) return NUMBER_BYTES;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (Array.isArray(value)) return ofMany(value, (item) => bytesOf(item, left, depth + 1));
  return Object.entries(value).reduce(
    (sum, [name, field]) => sum + 2 * name.length + bytesOf(field, left, depth + 1),
    0,
  );
}

function ofMany(items: readonly unknown[], bytes: (item: unknown) => number): number {
  const count = items.length;
  if (count === 0) return 0;
  const looked = Math.min(count, ITEMS);
  let sum = 0;
  for (let at = 0; at < looked; at += 1) sum += bytes(items[Math.floor((at * count) / looked)]);
  return (sum * count) / looked;
}
