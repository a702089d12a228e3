import fs from "node:fs";
import path from "node:path";
import { ownFile } from "../../own-file.ts";

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** Its name changes with its content. */
  readonly isForever: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};
const NAME = /^\/(?:assets\/)?[\w-]+(?:\.[\w-]+)*\.(?:js|css|svg)$/;

/** The files of the page, which lie beside the bundles. */
export class PageFiles {
  readonly #folder = path.join(path.dirname(ownFile("ui.cjs")), "page");
  readonly #kept = new Map<string, PageFile>();

  /** Null for a path of the API's kind that no file has; every address of the page is the one document. */
  find(address: string): PageFile | null {
    if (!NAME.test(address)) return address.startsWith("/assets/") ? null : this.#read("index.html");
    return this.#read(address.slice(1));
  }

  #read(name: string): PageFile | null {
    const kept = this.#kept.get(name);
    if (kept !== undefined) return kept;
    const bytes = this.#bytes(name);
    if (bytes === null) return null;
    const file = {
      type: TYPES[path.extname(name)] ?? "application/octet-stream",
      bytes,
      isForever: name !== "index.html",
    };
    this.#kept.set(name, file);
    return file;
  }

  #bytes(name: string): Buffer | null {
    try {
      return fs.readFileSync(path.join(this.#folder, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  }
}
