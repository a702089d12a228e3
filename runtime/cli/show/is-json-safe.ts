/** More than this is no record for `--json` but data: it is shown as a preview. */
const MAX_DEPTH = 100;
const MAX_NODES = 1_000_000;

/** True if JSON keeps the value as it is: reading it back gives an equal one. */
export function isJsonSafe(value: unknown): boolean {
  let nodes = 0;

  function isSafe(node: unknown, depth: number): boolean {
    nodes += 1;
    if (nodes > MAX_NODES || depth > MAX_DEPTH) return false;
    if (node === null || typeof node === "string" || typeof node === "boolean") return true;
    if (typeof node === "number") return Number.isFinite(node) && !Object.is(node, -0);
    if (Array.isArray(node)) {
      // A hole is a key that is missing.
      return Object.keys(node).length === node.length && node.every((item) => isSafe(item, depth + 1));
    }
    if (typeof node !== "object" || Object.getPrototypeOf(node) !== Object.prototype) return false;
    return Object.values(node).every((item) => isSafe(item, depth + 1));
  }

  return isSafe(value, 0);
}
