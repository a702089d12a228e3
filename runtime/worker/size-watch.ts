/** Asking the system takes as long as a small task: it is asked this often at most. */
const INTERVAL_MS = 100;

/** The returned function says whether this process is below a size; what it says may be a moment old. */
export function sizeWatch(maxBytes: number): () => boolean {
  let askedAt = 0;
  let isSmall = true;
  return () => {
    if (Date.now() - askedAt >= INTERVAL_MS) {
      isSmall = process.memoryUsage.rss() < maxBytes;
      askedAt = Date.now();
    }
    return isSmall;
  };
}
