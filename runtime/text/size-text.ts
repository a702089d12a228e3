const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A number of bytes in decimal units: `512 B`, `1.2 kB`. */
export function sizeText(bytes: number): string {
  let size = bytes;
  let unit = 0;
  for (; size >= 999.5 && unit < UNITS.length - 1; unit++) size /= 1000;
  return `${unit > 0 && size < 99.5 ? size.toFixed(1) : Math.round(size)} ${UNITS[unit] ?? ""}`;
}
