/** Where an id stands between 0 and 1: the same id always at the same place, and ids that are alike far from each other. */
export function shareOfId(id: string): number {
  // FNV-1a, then the last step of MurmurHash3, without which the last letters would hardly count.
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
