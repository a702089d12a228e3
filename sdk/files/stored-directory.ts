import { host } from "../base/host.ts";
import { registerType } from "../register-type.ts";
import { type DirectoryContent, directoryContent, type FileSource } from "./file-content.ts";
import { noSource } from "./no-source.ts";
import { StoredFile } from "./stored-file.ts";

/** A directory that is stored, as `directory()` gives it and an artifact holds it. Each of its files is stored once. */
export class StoredDirectory {
  /** Its name without the folder above it. */
  readonly name: string;
  /** Bytes of all files together. */
  readonly size: number;
  /** Equal for directories that hold the same files. */
  readonly hash: string;
  readonly #content: DirectoryContent;
  readonly #source: FileSource | null;

  /** @internal */
  constructor(content: DirectoryContent, source: FileSource | null) {
    this.name = content.name;
    this.size = content.files.reduce((sum, { size }) => sum + size, 0);
    this.hash = content.hash;
    this.#content = content;
    this.#source = source;
  }

  /** A folder on this machine with these files, which are read-only. It is there as long as that of a {@link StoredFile}. */
  path(): Promise<string> {
    if (this.#source === null) throw noSource(this.name);
    return this.#source.placeDirectory(this.#content);
  }

  /** All files, those of its folders included, by name in order: `images/1.png`. */
  files(): readonly StoredFile[] {
    return this.#content.files.map((content) => new StoredFile(content, this.#source));
  }

  /** @internal */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `Directory ${this.name} (${this.#content.files.length} files, ${this.size} bytes, ${this.hash.slice(0, 8)}…)`;
  }

  /** @internal */
  static contentOf(stored: StoredDirectory): DirectoryContent {
    return stored.#content;
  }
}

registerType(StoredDirectory, {
  name: "millrace#Directory",
  pack(stored) {
    const { name, files, folders, hash } = StoredDirectory.contentOf(stored);
    for (const one of files) host().valueFiles?.noted?.set(one.hash, one.size);
    return [name, files.map((one) => [one.name, one.size, one.hash]), folders, hash] as unknown;
  },
  unpack: (packed) => new StoredDirectory(directoryContent(packed), host().valueFiles?.source ?? null),
});
