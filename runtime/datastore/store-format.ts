import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { formatIn } from "./parse-record.ts";
import type { Storage } from "./storage.ts";

/**
 * Formats of a store's layout as a whole: what a program must know before it may remove anything.
 * @see docs/datastore.md
 */
const STORE_FORMAT = {
  first: 1,
  /** Lists of files in values, and cards, name blobs that nothing else does. */
  otherBlobs: 2,
} as const;

const FORMAT_KEY = "millrace.json";
const KNOWN: readonly unknown[] = Object.values(STORE_FORMAT);

/** Marks a store that has no mark yet. */
export function markStore(storage: Storage, format: number = STORE_FORMAT.first): void {
  storage.create(FORMAT_KEY, [bytesOf(format)]);
}

/** From now on, no program opens the store that would take what only lists of files and cards name for garbage. */
export function admitOtherBlobs(storage: Storage): void {
  const format = formatOf(storage);
  if (typeof format === "number" && format >= STORE_FORMAT.otherBlobs) return;
  storage.write(FORMAT_KEY, [bytesOf(STORE_FORMAT.otherBlobs)]);
}

/** What was in a mark that is damaged or gone is not known: it is taken for the one that keeps most. */
export function markAnew(storage: Storage): void {
  storage.remove([FORMAT_KEY]);
  markStore(storage, STORE_FORMAT.otherBlobs);
}

/**
 * @param options - `isForCare`: a damaged mark is what maintenance is there for
 * @throws MillraceError `MILLRACE_NEWER_FORMAT`
 */
export function checkFormat(storage: Storage, { isForCare = false }: { readonly isForCare?: boolean }): void {
  const format = formatOf(storage);
  if (format === null || KNOWN.includes(format) || (isForCare && typeof format !== "number")) return;
  throw new MillraceError({
    code: "MILLRACE_NEWER_FORMAT",
    headline: `Cannot open the datastore ${storage.location} because its format is ${shown(format)}, not ${KNOWN.join(" or ")}`,
    hint: "a newer Millrace wrote it: update the package millrace",
  });
}

/** Null if the store has no mark. */
function formatOf(storage: Storage): unknown {
  const bytes = storage.read(FORMAT_KEY);
  return bytes === null ? null : (formatIn(Buffer.from(bytes).toString()) ?? "unreadable");
}

function bytesOf(format: number): Uint8Array {
  return Buffer.from(`${JSON.stringify({ format })}\n`);
}

function shown(format: unknown): string {
  return typeof format === "string" ? format : JSON.stringify(format);
}
