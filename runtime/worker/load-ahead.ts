import type { ArtifactRef } from "../datastore/records.ts";
import type { LoadedFlow } from "./load-flow.ts";

/** So much may be on its way that nobody has asked for yet. */
const MAX_BYTES = 64 * 2 ** 20;
/** Of a larger artifact only the beginning is fetched ahead where no disk takes it. */
const MAX_BYTES_EACH = 8 * 2 ** 20;

/**
 * Announces artifacts that will probably be read, within bounds.
 * @returns how many of the refs, from the first on, that was
 */
export function loadAhead(flow: LoadedFlow, { refs }: { refs: readonly (ArtifactRef | undefined)[] }): number {
  if (!flow.storage.isRemote) return refs.length;
  const hashes: string[] = [];
  let bytes = 0;
  for (const [index, ref] of refs.entries()) {
    if (ref === undefined || ref.data !== undefined) continue;
    bytes += Math.min(ref.size, MAX_BYTES_EACH);
    if (bytes > MAX_BYTES && hashes.length > 0) {
      flow.blobs.ahead(hashes);
      return index;
    }
    hashes.push(ref.hash);
  }
  flow.blobs.ahead(hashes);
  return refs.length;
}
