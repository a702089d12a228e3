import type { ByteSource } from "./byte-source.ts";
import { damaged, newerFormat, noMemory } from "./failures.ts";
import type { Header, PartLayout } from "./header.ts";

interface PartReaderOptions {
  readonly source: ByteSource;
  readonly header: Header;
  readonly layout: PartLayout;
  readonly artifact: string;
}

/** Where a view lies: as the marker says, so nothing of it is trusted. */
interface ViewSpan {
  readonly kind: unknown;
  readonly part: unknown;
  readonly offset: unknown;
  readonly length: unknown;
}

type TypedArrayClass = new (buffer: ArrayBuffer, byteOffset: number, length: number) => NodeJS.TypedArray;

/** Reads raw parts, each once and into its own buffer, when a view first asks for it. */
export class PartReader {
  readonly #options: PartReaderOptions;
  readonly #buffers = new Map<number, ArrayBuffer>();

  constructor(options: PartReaderOptions) {
    this.#options = options;
  }

  view(span: ViewSpan): object {
    const { kind, part, offset, length } = span;
    if (!isCount(part) || !isCount(offset) || !isCount(length) || typeof kind !== "string") throw this.#nonsense();
    const buffer = this.#buffer(part);
    const elementBytes = this.#elementBytes(kind);
    if (offset + length * elementBytes > buffer.byteLength || offset % elementBytes !== 0) throw this.#nonsense();
    if (kind === "ArrayBuffer") {
      if (offset !== 0 || length !== buffer.byteLength) throw this.#nonsense();
      return buffer;
    }
    if (kind === "Buffer") return Buffer.from(buffer, offset, length);
    if (kind === "DataView") return new DataView(buffer, offset, length);
    return new (TYPED_ARRAYS.get(kind) as TypedArrayClass)(buffer, offset, length);
  }

  #elementBytes(kind: string): number {
    if (kind === "ArrayBuffer" || kind === "Buffer" || kind === "DataView") return 1;
    const type = TYPED_ARRAYS.get(kind) as { BYTES_PER_ELEMENT: number } | undefined;
    if (type !== undefined) return type.BYTES_PER_ELEMENT;
    if (!/^[A-Z]\w+Array$/.test(kind)) throw this.#nonsense();
    throw newerFormat(this.#options.artifact, `this Node.js has no ${kind}`);
  }

  #buffer(part: number): ArrayBuffer {
    const known = this.#buffers.get(part);
    if (known !== undefined) return known;
    const { header, layout, source } = this.#options;
    const span = header.parts[part];
    const at = layout.partsAt[part];
    if (span === undefined || at === undefined) throw this.#nonsense();
    const buffer = this.#allocate(span.byteLength, span.maxByteLength);
    if (span.byteLength > 0) source.read(new Uint8Array(buffer), at);
    this.#buffers.set(part, buffer);
    return buffer;
  }

  #allocate(byteLength: number, maxByteLength: number | undefined): ArrayBuffer {
    try {
      if (maxByteLength === undefined) return new ArrayBuffer(byteLength);
      // ES2024, which Node 20 has and the ES2023 library does not declare.
      const Resizable = ArrayBuffer as unknown as new (
        length: number,
        options: { maxByteLength: number },
      ) => ArrayBuffer;
      return new Resizable(byteLength, { maxByteLength });
    } catch (cause) {
      throw maxByteLength === undefined ? noMemory(this.#options.artifact, byteLength, cause) : this.#nonsense();
    }
  }

  #nonsense(): Error {
    return damaged(this.#options.artifact, "a binary part is not where a view of it should be");
  }
}

const TYPED_ARRAYS: ReadonlyMap<string, unknown> = new Map(
  [
    "Int8Array",
    "Uint8Array",
    "Uint8ClampedArray",
    "Int16Array",
    "Uint16Array",
    "Int32Array",
    "Uint32Array",
    "Float16Array",
    "Float32Array",
    "Float64Array",
    "BigInt64Array",
    "BigUint64Array",
  ].flatMap((name): [string, unknown][] => {
    // Float16Array is there from Node 24 on.
    const type = (globalThis as Record<string, unknown>)[name];
    return type === undefined ? [] : [[name, type]];
  }),
);

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
