import fs from "node:fs";

/** Asking the system takes as long as a small task: it is asked this often at most. */
const INTERVAL_MS = 100;
/** A task that forgets to close files must not use up those of the tasks to come. */
const MAX_DESCRIPTORS = 400;

/** The returned function says whether this process is below a size; what it says may be a moment old. */
export function sizeWatch(maxBytes: number): () => boolean {
  let askedAt = 0;
  let isSmall = true;
  return () => {
    if (Date.now() - askedAt >= INTERVAL_MS) {
      isSmall = process.memoryUsage.rss() < maxBytes && openDescriptors() < MAX_DESCRIPTORS;
      askedAt = Date.now();
    }
    return isSmall;
  };
}

function openDescriptors(): number {
  try {
    return fs.readdirSync("/proc/self/fd").length;
  } catch {
    // Only Linux tells.
    return 0;
  }
}
