import { randomBytes } from "node:crypto";
import { checkNewTags, checkOldTags, systemTags } from "./check-new-tags.ts";
import { parseTagChange, type TagChange } from "./kinds/tags.ts";
import { RECORD_FORMAT, type RunDocument } from "./records.ts";
import { type RunPlace, tagsFolder } from "./run-keys.ts";
import type { Storage } from "./storage.ts";

/** Of the time in a change's name: names then sort as the times do. */
const TIME_DIGITS = 15;

/** The tags that a run carries now: those it started with, and what was changed since. */
export function tagsNow(storage: Storage, document: RunDocument): readonly string[] {
  const names = storage.list(tagsFolder(document));
  if (names.length === 0) return document.tags;
  const tags = new Set(document.tags);
  for (const name of names) {
    const change = readChange(storage, `${tagsFolder(document)}/${name}`);
    for (const tag of change?.tags ?? []) {
      if (change?.op === "add") tags.add(tag);
      else tags.delete(tag);
    }
  }
  return [...tags];
}

export interface TagChanges {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/**
 * Changes a run's tags and gives those that it carries then. What is so already is not written again.
 * @throws MillraceError `MILLRACE_TAG` for a system tag or one that is no tag
 */
export function changeTags(storage: Storage, document: RunDocument, wanted: TagChanges): readonly string[] {
  const before = new Set(tagsNow(storage, document));
  checkNewTags(wanted.add ?? []);
  checkOldTags(wanted.remove ?? [], { document, carried: before });
  const add = unique(wanted.add);
  const remove = unique(wanted.remove).filter((tag) => !add.includes(tag));
  write(storage, document, { op: "add", tags: add.filter((tag) => !before.has(tag)) });
  write(storage, document, { op: "remove", tags: remove.filter((tag) => before.has(tag)) });
  return tagsNow(storage, document);
}

/** Gives a run these tags in place of all that were not set by Millrace itself. */
export function replaceTags(storage: Storage, document: RunDocument, tags: readonly string[]): readonly string[] {
  const system = systemTags(document.project);
  const own = tagsNow(storage, document).filter((tag) => !system.includes(tag));
  return changeTags(storage, document, { add: tags, remove: own });
}

function write(storage: Storage, place: RunPlace, { op, tags }: Pick<TagChange, "op" | "tags">): void {
  if (tags.length === 0) return;
  const folder = tagsFolder(place);
  for (;;) {
    // What is known already comes first, whatever the clock of the machine that wrote it.
    const last = Number(storage.list(folder).at(-1)?.slice(0, TIME_DIGITS) ?? 0);
    const time = Math.max(Date.now(), Number.isSafeInteger(last) ? last + 1 : 0);
    const name = `${String(time).padStart(TIME_DIGITS, "0")}-${randomBytes(4).toString("hex")}.json`;
    const change: TagChange = { format: RECORD_FORMAT, time, op, tags };
    if (storage.create(`${folder}/${name}`, [Buffer.from(`${JSON.stringify(change)}\n`)])) return;
  }
}

/** Null for an object that was removed in the meantime. */
function readChange(storage: Storage, key: string): TagChange | null {
  const bytes = storage.read(key);
  if (bytes === null) return null;
  return parseTagChange(Buffer.from(bytes).toString(), key);
}

function unique(tags: readonly string[] = []): readonly string[] {
  return [...new Set(tags)];
}
