import { LiveComponent, type Updatable } from "./live-component.ts";
import { seen } from "./wanted-text.ts";

/** Options of {@link image}. */
export interface ImageOptions {
  /** What it shows, for those who do not see it, and below it. */
  readonly label?: string | undefined;
  /** In pixels. @defaultValue as large as it is, within the card */
  readonly width?: number | undefined;
}

/** As it is stored; the bytes lie beside it. */
export interface CardImageData {
  readonly label: string | null;
  readonly width: number | null;
}

const MAX_BYTES = 20_000_000;

/**
 * A picture: the bytes of a PNG, JPEG, GIF, WebP or SVG.
 *
 * @example
 * ```ts
 * import { readFile } from "node:fs/promises";
 *
 * current.card.append(image(await readFile("confusion.png"), { label: "confusion matrix" }));
 * ```
 */
export function image(bytes: Uint8Array, { label, width }: ImageOptions = {}): Updatable<Uint8Array> {
  const data: CardImageData = { label: label ?? null, width: width ?? null };
  return new LiveComponent({ kind: "image", read: (given: Uint8Array) => ({ data, bytes: bytesOf(given) }) }, bytes);
}

function bytesOf(given: unknown): Uint8Array {
  const bytes = given instanceof ArrayBuffer ? new Uint8Array(given) : given;
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`a picture is bytes: ${seen(given)}`);
  if (bytes.length > MAX_BYTES) throw new RangeError(`a picture has at most ${MAX_BYTES} bytes: ${bytes.length}`);
  return bytes;
}
