/** A picture found among an artifact's values. */
export interface Image {
  readonly mime: string;
  readonly base64: string;
}

/** It is saved in the notebook. */
const MAX_BYTES = 4_000_000;

const MAGIC: readonly (readonly [string, readonly number[]])[] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
];
const SVG = /^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[\s\S]{0,1000}?-->\s*)?(?:<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/i;

/** The picture that a value is, by its first bytes; null for any other value. */
export function imageOf(value: unknown, maxBytes = MAX_BYTES): Image | null {
  if (typeof value === "string") return svgOf(value);
  const bytes = bytesOf(value);
  if (bytes === null || bytes.length > maxBytes) return null;
  const known = MAGIC.find(([, start]) => start.every((byte, at) => bytes[at] === byte));
  if (known !== undefined) return { mime: known[0], base64: bytes.toString("base64") };
  const isWebp = bytes.toString("latin1", 0, 4) === "RIFF" && bytes.toString("latin1", 8, 12) === "WEBP";
  if (isWebp) return { mime: "image/webp", base64: bytes.toString("base64") };
  return bytes.toString("utf8", 0, 2000).includes("<svg") ? svgOf(bytes.toString()) : null;
}

/** Shown as an image, a drawing runs no scripts and loads nothing. */
function svgOf(text: string): Image | null {
  if (text.length > MAX_BYTES || !SVG.test(text.slice(0, 4000))) return null;
  const named = /xmlns\s*=/.test(text) ? text : text.replace(/<svg/i, '<svg xmlns="http://www.w3.org/2000/svg"');
  return { mime: "image/svg+xml", base64: Buffer.from(named).toString("base64") };
}

function bytesOf(value: unknown): Buffer | null {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return value instanceof ArrayBuffer ? Buffer.from(value) : null;
}
