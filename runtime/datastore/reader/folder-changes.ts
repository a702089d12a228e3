import fs from "node:fs";

/** Changes come in bursts: so long we wait for the rest of one. */
const SETTLE_MS = 50;
/** A process that was killed changes nothing any more; so often we look whether it is alive. */
const LOOK_MS = 15_000;
/** Where folders cannot be watched we look this often. */
const POLL_MS = 1000;

/** Tells when files directly in some folders are written or appear. */
export class FolderChanges {
  readonly #watchers = new Map<string, fs.FSWatcher>();
  #hasChanged = false;
  #mustPoll = false;
  #wake: (() => void) | null = null;

  /** Watches those of the folders that exist; call it again, as others may have appeared. */
  watch(folders: readonly string[]): void {
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watchOne(folder);
    if (this.#watchers.size === 0) this.#mustPoll = true;
  }

  /** Resolves after the next change since the last call, or when it is time to look anyway. */
  async next(): Promise<void> {
    if (!this.#hasChanged) await this.#sleep(this.#mustPoll ? POLL_MS : LOOK_MS);
    if (this.#hasChanged) await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    this.#hasChanged = false;
  }

  /** Lets `next` resolve now. */
  wake(): void {
    this.#changed();
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #watchOne(folder: string): void {
    try {
      const watcher = fs.watch(folder, () => this.#changed());
      watcher.on("error", () => (this.#mustPoll = true));
      this.#watchers.set(folder, watcher);
      // It may have been filled between its making and this.
      this.#hasChanged = true;
    } catch (error) {
      // Beyond the system's limit of watches, or on a file system without any.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.#mustPoll = true;
    }
  }

  #changed(): void {
    this.#hasChanged = true;
    this.#wake?.();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), ms);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
    });
  }
}
