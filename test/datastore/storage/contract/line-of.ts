/** A line of a thousand bytes that tells its writer and its place. */
export function lineOf(index: number, writer = "w"): string {
  return `${`${writer}-${index} `.padEnd(999, String(index % 10))}\n`;
}
