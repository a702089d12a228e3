/** A module's source without what only programs that start it read: a byte order mark and the line of `#!`. Lines stay. */
export function moduleText(source: string): string {
  return source.replace(/^\uFEFF?(#![^\r\n]*)?/, "");
}
