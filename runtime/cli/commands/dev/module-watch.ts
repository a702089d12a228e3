import fs from "node:fs";
import path from "node:path";

/** A save is several events, and an editor may write several files. */
const SETTLE_MS = 80;
/** What may be a module that is not there yet. */
const MODULE = /\.(?:[cm]?[jt]sx?|json)$/;

/** Tells of saves. Folders are watched, as most editors replace a file when they save it. */
export class ModuleWatch {
  readonly #onSave: (files: readonly string[]) => void;
  readonly #watchers = new Map<string, fs.FSWatcher>();
  readonly #saved = new Set<string>();
  #files: ReadonlySet<string> = new Set();
  #isAny = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(onSave: (files: readonly string[]) => void) {
    this.#onSave = onSave;
  }

  /** Watches these files, and no others. */
  follow(files: Iterable<string>): void {
    this.#files = new Set(files);
    this.#isAny = false;
    const folders = new Set([...this.#files].map((file) => path.dirname(file)));
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) this.#watch(folder);
  }

  /** What is missing may be any module of the folders that are watched. */
  followAny(): void {
    this.#isAny = true;
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  #watch(folder: string): void {
    if (this.#watchers.has(folder)) return;
    const watcher = fs.watch(folder, (_, name) => this.#changed(folder, name));
    watcher.on("error", () => this.#watchers.delete(folder));
    this.#watchers.set(folder, watcher);
  }

  #changed(folder: string, name: string | null): void {
    const file = path.join(folder, name ?? "");
    const isMeant = name === null || this.#files.has(file) || (this.#isAny && MODULE.test(name));
    if (!isMeant) return;
    this.#saved.add(file);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const files = [...this.#saved];
      this.#saved.clear();
      this.#timer = null;
      this.#onSave(files);
    }, SETTLE_MS);
  }
}
