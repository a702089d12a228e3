import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { type Intent, INTENT_KEY, parseIntent } from "../kinds/gc.ts";
import type { Storage } from "../storage.ts";
import { unreadable } from "./needed-blobs.ts";

export function writeIntent(storage: Storage, { documents }: Intent): void {
  storage.write(INTENT_KEY, [Buffer.from(`${JSON.stringify({ documents })}\n`)]);
}

/**
 * Undoes what a killed gc had begun: what it removed of a run so far was no more than `run.json`.
 * @throws MillraceError `MILLRACE_GC_UNREADABLE` where anything else is to be restored: then nothing was
 */
export function undoInterrupted(storage: Storage): void {
  const bytes = storage.read(INTENT_KEY);
  if (bytes === null) return;
  let documents: Intent["documents"];
  try {
    documents = documentsIn(bytes);
  } catch (error) {
    throw unreadable(INTENT_KEY, error);
  }
  putBack(storage, documents);
  storage.remove([INTENT_KEY]);
}

export function putBack(storage: Storage, documents: Intent["documents"]): void {
  for (const { key, text } of documents) storage.create(key, [Buffer.from(text)]);
}

export interface IntentFault {
  readonly seen: string;
  /** False where it cannot be read now, or by this version: it may be the only copy of a run's document. */
  readonly isLasting: boolean;
}

const LASTING = ["MILLRACE_DAMAGED_RECORD", "MILLRACE_KEY", "MILLRACE_NOT_AN_OBJECT", "MILLRACE_TOO_LARGE"];

/** Why what a gc left there cannot be undone; null if it can, or nothing is there. */
export function faultOfIntent(storage: Storage): IntentFault | null {
  try {
    const bytes = storage.read(INTENT_KEY);
    if (bytes !== null) documentsIn(bytes);
    return null;
  } catch (error) {
    if (isMillraceError(error)) return { seen: error.headline, isLasting: LASTING.includes(error.code) };
    throw error;
  }
}

function documentsIn(bytes: Uint8Array): Intent["documents"] {
  return parseIntent(Buffer.from(bytes).toString()).documents;
}
