import { Worker } from "node:worker_threads";
import type { PackageRecord } from "../../datastore/package-record.ts";
import { RECORD_FORMAT, type RunDocument } from "../../datastore/records.ts";
import type { RunRecord } from "../../datastore/run-record.ts";
import type { UsedPackages, UsedPackagesOptions } from "../../package/reach/used-packages.ts";
import { ownFile } from "../../own-file.ts";

/** So long the end of a run waits for what is not noted yet. */
const PATIENCE_MS = 2000;

export interface NotePackagesOptions {
  readonly record: RunRecord;
  readonly document: RunDocument;
  /** What to read; null where the code loads no package. */
  readonly asked: UsedPackagesOptions | null;
  /** Read before the run began; missing where nobody had to wait for it. */
  readonly known?: PackageRecord | null | undefined;
  /** They cannot be noted. */
  onError(error: unknown): void;
}

/**
 * Notes beside a run which packages its code can load, for later resumes and `diff`; the run goes on meanwhile.
 * @returns waits for it, at most for a moment
 */
export function notePackages(options: NotePackagesOptions): () => Promise<void> {
  const { asked, onError } = options;
  if (asked === null) return () => Promise.resolve();
  const given = new AbortController();
  const noted = note(options, { asked, signal: given.signal }).catch(onError);
  return async () => {
    const timer = setTimeout(() => given.abort(), PATIENCE_MS);
    await noted;
    clearTimeout(timer);
  };
}

async function note(
  { record, document, known }: NotePackagesOptions,
  { asked, signal }: { asked: UsedPackagesOptions; signal: AbortSignal },
): Promise<void> {
  const used = known === undefined ? await readInThread(asked, signal) : { packages: known, changedAt: -Infinity };
  // Changed since, they may not be what the first tasks loaded.
  if (used === null || used.changedAt > document.createdAt || !record.isThere()) return;
  await record.writePackages(used.packages ?? { format: RECORD_FORMAT, packages: [], roots: [] });
}

/** Null if it was given up. */
function readInThread(asked: UsedPackagesOptions, signal: AbortSignal): Promise<UsedPackages | null> {
  const { code } = asked.bundle;
  const thread = new Worker(ownFile("packages-thread.js"), {
    // The source map is large, and says nothing of packages.
    workerData: { ...asked, bundle: { ...asked.bundle, code: { ...code, map: "" } } } satisfies UsedPackagesOptions,
    // What a launcher preloads for flows is not for this thread.
    execArgv: [],
  });
  thread.unref();
  signal.addEventListener("abort", () => void thread.terminate());
  return new Promise((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
    thread.once("exit", () => resolve(null));
  });
}
