import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** `current.tempDir`: made when it is first asked for, removed with the attempt. */
export class TaskFolder {
  #path: string | null = null;

  path(): string {
    this.#path ??= fs.mkdtempSync(path.join(os.tmpdir(), "millrace-"));
    return this.#path;
  }

  /** What cannot be removed, such as a file that a child process still holds on Windows, is left to the system. */
  remove(): void {
    if (this.#path === null) return;
    try {
      fs.rmSync(this.#path, { recursive: true, force: true });
    } catch {
      // The task's outcome stands.
    }
  }
}
