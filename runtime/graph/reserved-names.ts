/** Names that a flow has already; neither a step nor a parameter can take one. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  "next",
  "input",
  "index",
  "foreachStack",
  "mergeArtifacts",
  "constructor",
]);

/** True for the names above and for those that start with `_`, which are never stored. */
export function isReserved(name: string): boolean {
  return RESERVED_NAMES.has(name) || name.startsWith("_");
}
