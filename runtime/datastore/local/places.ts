import path from "node:path";
import { checkKey } from "../check-key.ts";
import { explainFileError } from "./explain-file-error.ts";
import { notAnObject } from "./not-an-object.ts";
import { lookAt } from "./open-reader.ts";

/** A folder that was found to be one is not looked at again for so long. */
const TRUST_MS = 1000;
const MAX_KNOWN = 10_000;

/**
 * Where objects lie below a root. The root itself may be a link; below it none is followed, as whoever may write to the
 * folder could lead readers and writers anywhere.
 */
export class Places {
  readonly #root: string;
  /** Folders, by their keys, and when they were looked at. */
  readonly #known = new Map<string, number>();

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * The file of an object.
   * @throws MillraceError `MILLRACE_KEY`, or `MILLRACE_NOT_AN_OBJECT` where a link lies on the way
   */
  fileOf(key: string): string {
    checkKey(key);
    this.#checkFolder(key.slice(0, Math.max(key.lastIndexOf("/"), 0)));
    return path.join(this.#root, key);
  }

  /** The folder of a prefix; the root for an empty one. */
  folderOf(prefix: string): string {
    if (prefix === "") return this.#root;
    checkKey(prefix);
    this.#checkFolder(prefix);
    return path.join(this.#root, prefix);
  }

  #checkFolder(folder: string): void {
    if (folder === "") return;
    const now = performance.now();
    const isKnown = (one: string) => now - (this.#known.get(one) ?? -Infinity) < TRUST_MS;
    if (isKnown(folder)) return;
    if (this.#known.size > MAX_KNOWN) this.#known.clear();
    for (let end = folder.indexOf("/"); ; end = folder.indexOf("/", end + 1)) {
      const part = end < 0 ? folder : folder.slice(0, end);
      if (!isKnown(part)) {
        if (!this.#isFolder(part)) return;
        this.#known.set(part, now);
      }
      if (end < 0) return;
    }
  }

  /** False where nothing is, or a file. */
  #isFolder(folder: string): boolean {
    const found = explainFileError("look at", folder, () => lookAt(path.join(this.#root, folder)));
    if (found?.isSymbolicLink() === true) throw notAnObject(folder, found);
    return found?.isDirectory() === true;
  }
}
