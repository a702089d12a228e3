import type { Data, DataType, UnionMode, Vector } from "apache-arrow";
import type { Arrow } from "./load-arrow.ts";
import { instantText } from "./instant-text.ts";
import { plainValue } from "./plain-value.ts";

/** A column of a batch as values that JSON would say, each part of it read once: `data` may claim what it likes. */
export class ColumnDecoder {
  readonly #arrow: Arrow;
  /** Batches share dictionaries, and a dictionary that grows shares its parts. */
  readonly #known = new WeakMap<Data, readonly unknown[]>();
  #textBytes: number;

  /** @param limits - `maxTextBytes`: texts by reference can name the same bytes any number of times */
  constructor(arrow: Arrow, { maxTextBytes }: { readonly maxTextBytes: number }) {
    this.#arrow = arrow;
    this.#textBytes = maxTextBytes;
  }

  /** @throws Error where the buffers do not have what the column says */
  values(data: Data): unknown[] {
    const { DataType } = this.#arrow;
    const { type, length } = data;
    if (DataType.isNull(type)) return new Array<null>(length).fill(null);
    if (DataType.isDictionary(type)) return this.#ofDictionary(data);
    if (DataType.isStruct(type)) return this.#structs(data);
    if (DataType.isList(type) || DataType.isLargeList(type)) return this.#lists(data);
    if (DataType.isMap(type)) return this.#maps(data);
    if (DataType.isFixedSizeList(type)) return this.#fixedLists(data, type.listSize);
    if (DataType.isUnion(type)) return this.#unions(data);
    if (DataType.isTimestamp(type)) return this.#instants(data, PER_SECOND[type.unit] ?? 1n);
    if (DataType.isDate(type)) return this.#instants(data, type.unit === this.#arrow.DateUnit.DAY ? null : 1000n);
    if (DataType.isDecimal(type)) return this.#decimals(data, type);
    this.#checkLeaves(data);
    // A bare list of values: the accessors of the library know the rest of the types.
    const vector: Vector = new this.#arrow.Vector([data]);
    return Array.from({ length }, (_, index) => plainValue(vector.get(index)));
  }

  #structs(data: Data): unknown[] {
    const names = (data.type as { children: readonly { name: string }[] }).children.map(({ name }) => name);
    const columns = data.children.map((child) => this.#child(child, data.length));
    return Array.from({ length: data.length }, (_, row) =>
      data.getValid(row) ? Object.fromEntries(names.map((name, at) => [name, columns[at]?.[row] ?? null])) : null,
    );
  }

  #lists(data: Data): unknown[] {
    const items = this.#items(data);
    const offsets = checkedOffsets(data, items.length);
    return Array.from({ length: data.length }, (_, row) =>
      data.getValid(row) ? items.slice(offsets[row], offsets[row + 1]) : null,
    );
  }

  #maps(data: Data): unknown[] {
    return this.#lists(data).map((entries) => {
      if (entries === null) return null;
      const pairs = (entries as Readonly<Record<string, unknown>>[]).map((entry) => Object.values(entry));
      return Object.fromEntries(pairs.map(([key, value]) => [String(key), value]));
    });
  }

  #fixedLists(data: Data, size: number): unknown[] {
    const items = this.#items(data);
    if (!(size >= 0 && data.length * size <= items.length)) throw shortColumn(data.type);
    return Array.from({ length: data.length }, (_, row) =>
      data.getValid(row) ? items.slice(row * size, (row + 1) * size) : null,
    );
  }

  #items({ children: [child], type }: Data): unknown[] {
    if (child === undefined) throw shortColumn(type);
    return this.values(child);
  }

  #unions(data: Data): unknown[] {
    const { typeIdToChildIndex: places, mode } = data.type as unknown as {
      readonly typeIdToChildIndex: Readonly<Record<number, number>>;
      readonly mode: UnionMode;
    };
    const columns = data.children.map((child) => this.values(child));
    const { typeIds, valueOffsets } = data as { typeIds: Int8Array; valueOffsets: Int32Array | undefined };
    return Array.from({ length: data.length }, (_, row) => {
      const at = mode === this.#arrow.UnionMode.Dense ? (valueOffsets?.[row] ?? -1) : row;
      return columns[places[typeIds[row] ?? -1] ?? -1]?.[at] ?? null;
    });
  }

  #ofDictionary(data: Data): unknown[] {
    const parts = (data.dictionary?.data ?? []) as readonly Data[];
    const values = parts.length === 1 && parts[0] ? this.#once(parts[0]) : parts.flatMap((part) => this.#once(part));
    const keys = data.values as ArrayLike<number | bigint>;
    if (keys.length < data.length) throw shortColumn(data.type);
    return Array.from({ length: data.length }, (_, row) => {
      const value = data.getValid(row) ? values[Number(keys[row])] : null;
      // Rows are the method's to change.
      return typeof value === "object" && value !== null ? structuredClone(value) : (value ?? null);
    });
  }

  #once(data: Data): readonly unknown[] {
    const known = this.#known.get(data) ?? this.values(data);
    this.#known.set(data, known);
    return known;
  }

  #instants(data: Data, perSecond: bigint | null): unknown[] {
    const { values } = data as { values: ArrayLike<number | bigint> };
    if (values.length < data.length) throw shortColumn(data.type);
    return Array.from({ length: data.length }, (_, row) => {
      if (!data.getValid(row)) return null;
      const value = BigInt(values[row] ?? 0);
      return perSecond === null ? instantText(value * 86_400n, 1n) : instantText(value, perSecond);
    });
  }

  #decimals(data: Data, { scale, bitWidth }: { readonly scale: number; readonly bitWidth: number }): unknown[] {
    const words = data.values as Uint32Array;
    const stride = bitWidth / 32;
    if (words.length < data.length * stride) throw shortColumn(data.type);
    return Array.from({ length: data.length }, (_, row) => {
      if (!data.getValid(row)) return null;
      let value = 0n;
      for (let word = stride - 1; word >= 0; word -= 1)
        value = (value << 32n) | BigInt(words[row * stride + word] ?? 0);
      return decimalOf(BigInt.asIntN(bitWidth, value), scale);
    });
  }

  #child(child: Data, length: number): unknown[] {
    const values = this.values(child);
    if (values.length < length) throw shortColumn(child.type);
    return values;
  }

  /** What the accessors of the library would read beyond the end of a buffer. */
  #checkLeaves(data: Data): void {
    const { DataType } = this.#arrow;
    const { type, length } = data;
    const values = data.values as ArrayLike<unknown>;
    if (DataType.isUtf8View(type) || DataType.isBinaryView(type)) return this.#checkViews(data);
    if (
      DataType.isUtf8(type) ||
      DataType.isBinary(type) ||
      DataType.isLargeUtf8(type) ||
      DataType.isLargeBinary(type)
    ) {
      checkedOffsets(data, values.length);
      return;
    }
    const needed = DataType.isBool(type) ? Math.ceil(length / 8) : length * data.stride;
    if (!(needed <= values.length)) throw shortColumn(type);
  }

  #checkViews(data: Data): void {
    const views = data.values as Uint8Array;
    if (views.byteLength < data.length * 16) throw shortColumn(data.type);
    const lengths = new DataView(views.buffer, views.byteOffset, views.byteLength);
    for (let row = 0; row < data.length; row += 1) {
      const length = lengths.getInt32(row * 16, true);
      this.#textBytes -= length;
      if (length < 0 || this.#textBytes < 0) throw new Error("its texts are longer than its bytes can hold");
    }
  }
}

/** Of a timestamp's unit, in Arrow's order. */
const PER_SECOND: readonly bigint[] = [1n, 1000n, 1_000_000n, 1_000_000_000n];
/** A number has them all, whatever they are. */
const SURE_DIGITS = 15;

/** A number where it has every digit, else a text, as of a whole number that JavaScript does not hold. */
function decimalOf(unscaled: bigint, scale: number): number | string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  const whole = scale > 0 ? `${digits.slice(0, -scale)}.${digits.slice(-scale)}` : digits + "0".repeat(-scale);
  const text = `${unscaled < 0n ? "-" : ""}${whole}`;
  const significant = whole.replace(".", "").replace(/^0+/, "").replace(/0+$/, "");
  return significant.length <= SURE_DIGITS ? Number(text) : text;
}

/** Offsets that never go back, and end within what they are of: so all lists together have no more than their items. */
function checkedOffsets({ valueOffsets, length, type }: Data, items: number): readonly number[] {
  const given = valueOffsets as unknown as ArrayLike<number | bigint>;
  if (length === 0) return [0];
  if (given.length <= length) throw shortColumn(type);
  const offsets: number[] = new Array<number>(length + 1);
  let last = 0;
  for (let row = 0; row <= length; row += 1) {
    const offset = Number(given[row]);
    if (offset < last) throw shortColumn(type);
    offsets[row] = last = offset;
  }
  if (last > items) throw shortColumn(type);
  return offsets;
}

function shortColumn({ typeId }: DataType): Error {
  return new Error(`a column (of type ${typeId}) has less than it says`);
}
