const FOLDER = "blobs/sha256";

/** Where the blob with that SHA-256 lies. */
export function blobKey(hash: string): string {
  return `${FOLDER}/${hash.slice(0, 2)}/${hash.slice(2)}`;
}

/** The hash of the blob that lies there; null for the key of something else. */
export function hashOfBlobKey(key: string): string | null {
  const [, start = "", rest = ""] = /^blobs\/sha256\/([0-9a-f]{2})\/([0-9a-f]{62})$/.exec(key) ?? [];
  return start === "" ? null : start + rest;
}
