import { isMillraceError } from "../../../sdk/base/errors.ts";
import { damagedRecord, parseJson, parseRecord } from "../parse-record.ts";
import { faultOfDocument } from "../record-shapes.ts";
import { fields, list, text } from "../shapes/checks.ts";
import type { Storage } from "../storage.ts";
import { unreadable } from "./reach.ts";

/** What was about to be removed, for whoever comes after a gc that was killed. */
export const INTENT_KEY = "gc/removing.json";

export interface Intent {
  /** `run.json` of each run. */
  readonly documents: readonly { readonly key: string; readonly text: string }[];
}

const intent = fields({ documents: list(fields({ key: text, text })) });

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
  const record = parseJson(Buffer.from(bytes).toString(), INTENT_KEY);
  const fault = intent(record);
  if (fault !== null) throw damagedRecord(INTENT_KEY, `it says nothing of what is removed: it${fault}`);
  const { documents } = record as Intent;
  for (const document of documents) checkDocument(document);
  return documents;
}

/** Whoever may write to the store could else have any file of the user's made here. */
function checkDocument({ key, text }: Intent["documents"][number]): void {
  const [, flow, run] = /^(?:flows|spins)\/([^/]+)\/([^/]+)\/run\.json$/.exec(key) ?? [];
  if (flow === undefined || run === undefined)
    throw damagedRecord(
      INTENT_KEY,
      `it is to restore something that is not a run's document: ${JSON.stringify(key.slice(0, 100))}`,
    );
  parseRecord(text, `${INTENT_KEY}: ${key}`, (record) => faultOfDocument(record, { flow, run }));
}
