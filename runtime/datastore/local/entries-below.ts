import fs from "node:fs";
import path from "node:path";
import type { ForeignThing, StoredObject } from "../storage.ts";
import { isKeyPart } from "../check-key.ts";
import { explainFileError } from "./explain-file-error.ts";
import { kindOf } from "./not-an-object.ts";
import { isAbsent, lookAt } from "./open-reader.ts";

/**
 * Names in a folder, sorted; a folder's ends with a slash. What is being written does not count, nor what is no object:
 * links, pipes, devices, names that cannot be part of a key.
 */
export function entriesBelow(folder: string): string[] {
  const names = entriesOf(folder).filter((entry) => isOwn(entry) && !entry.name.startsWith(".tmp-"));
  return names.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
}

/** All files below a prefix of keys, one folder at a time. */
export function* filesBelow(root: string, prefix: string): Generator<StoredObject> {
  const folder = path.join(root, prefix);
  for (const entry of explainFileError("list", prefix, () => entriesOf(folder))) {
    if (!isOwn(entry)) continue;
    const key = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) {
      yield* filesBelow(root, key);
      continue;
    }
    const known = lookAt(path.join(folder, entry.name));
    if (known?.isFile() === true) yield { key, size: known.size, modifiedAt: known.mtimeMs };
  }
}

/** What lies in the place of a folder, or below it, and is no object. */
export function* foreignBelow(root: string, key: string): Generator<ForeignThing> {
  const found = lookAt(path.join(root, key));
  if (found === null) return;
  if (found.isDirectory()) yield* foreignIn(root, key);
  else if (found.isFile()) yield { key, seen: "it is a file", isLink: false };
  else yield foreign(key, found);
}

function* foreignIn(root: string, folder: string): Generator<ForeignThing> {
  for (const entry of explainFileError("list", folder, () => entriesOf(path.join(root, folder)))) {
    const key = `${folder}/${entry.name}`;
    if (!isKeyPart(entry.name)) yield { key, seen: "Millrace does not use this name", isLink: entry.isSymbolicLink() };
    else if (entry.isDirectory()) yield* foreignIn(root, key);
    else if (!entry.isFile()) yield foreign(key, entry);
  }
}

function foreign(key: string, found: fs.Stats | fs.Dirent): ForeignThing {
  return { key, seen: `it is ${kindOf(found)}`, isLink: found.isSymbolicLink() };
}

/** A bucket has no folders without objects, so here there are none either. */
export function removeEmptyFolders(folders: Iterable<string>, root: string): void {
  for (const start of folders) {
    for (let folder = start; folder !== root && folder.startsWith(root); folder = path.dirname(folder)) {
      try {
        fs.rmdirSync(folder);
      } catch {
        // It holds something, or is gone.
        break;
      }
    }
  }
}

/** Removes a folder that holds folders alone, however deep; one that holds a file stays, with what leads to it. */
export function removeEmptyTree(folder: string): void {
  for (const entry of entriesOf(folder)) if (entry.isDirectory()) removeEmptyTree(path.join(folder, entry.name));
  try {
    fs.rmdirSync(folder);
  } catch {
    // It holds something, or is gone.
  }
}

function isOwn(entry: fs.Dirent): boolean {
  return (entry.isDirectory() || entry.isFile()) && isKeyPart(entry.name);
}

function entriesOf(folder: string): fs.Dirent[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
