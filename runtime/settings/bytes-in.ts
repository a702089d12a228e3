const UNITS: Readonly<Record<string, number>> = { "": 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9 };
/** Node cannot hold a longer text. */
const MOST = 512 * 1024 * 1024;

/** A size as it is written: `10mb`, `500kb`, a number of bytes. Null for what is none. */
export function bytesIn(text: string): number | null {
  const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmg]?b|)$/i.exec(text.trim()) ?? [];
  const bytes = digits === "" ? 0 : Math.floor(Number(digits) * (UNITS[unit.toLowerCase()] ?? 0));
  return bytes >= 1 && bytes <= MOST ? bytes : null;
}
