/** Into how many parts texts are divided by their hash. */
export const HASHED_CELLS = 32;

/** The part of a text: FNV-1a, the same on every machine. */
export function hashedCell(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 16) % HASHED_CELLS;
}
