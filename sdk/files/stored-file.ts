import { host } from "../base/host.ts";
import { noSource } from "./no-source.ts";
import { registerType } from "../register-type.ts";
import { type FileContent, fileContent, type FileSource } from "./file-content.ts";

/**
 * A file that is stored, as `file()` gives it and an artifact holds it. Its bytes stay in the datastore until they are
 * asked for.
 */
export class StoredFile {
  /** The file's name without its folder; of a file in a directory its path there, with slashes. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of the bytes, in hex. */
  readonly hash: string;
  readonly #source: FileSource | null;

  /** @internal */
  constructor({ name, size, hash }: FileContent, source: FileSource | null) {
    this.name = name;
    this.size = size;
    this.hash = hash;
    this.#source = source;
  }

  /**
   * A read-only file on this machine with these bytes and this ending. It is there as long as the task, outside of tasks as
   * long as the process.
   */
  path(): Promise<string> {
    return this.#from().placeFile(this);
  }

  /** All of it, in memory. */
  bytes(): Promise<Uint8Array> {
    return this.#from().bytes(this);
  }

  /** Its bytes in pieces, in order. */
  stream(): AsyncIterable<Uint8Array> {
    return this.#from().stream(this);
  }

  /** All of it, as UTF-8. */
  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  /** What its JSON says. */
  async json(): Promise<unknown> {
    return JSON.parse(await this.text()) as unknown;
  }

  /** @internal */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return `File ${this.name} (${this.size} bytes, ${this.hash.slice(0, 8)}…)`;
  }

  #from(): FileSource {
    if (this.#source === null) throw noSource(this.name);
    return this.#source;
  }
}

registerType(StoredFile, {
  name: "millrace#File",
  pack({ name, size, hash }) {
    host().valueFiles?.noted?.set(hash, size);
    return [name, size, hash] as unknown;
  },
  unpack: (packed) => new StoredFile(fileContent(packed), host().valueFiles?.source ?? null),
});
