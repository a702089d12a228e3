import type { ModelArtifact } from "./model-artifact.ts";

/** What a file holds: its name, and how its bytes are found. */
export interface FileContent {
  /** Its base name; in a directory its path there, with slashes. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of the bytes, hex. */
  readonly hash: string;
}

/** What a directory holds. */
export interface DirectoryContent {
  readonly name: string;
  /** In order of their names. */
  readonly files: readonly FileContent[];
  /** Folders that hold nothing, as paths. */
  readonly folders: readonly string[];
  /** SHA-256 of what it holds, hex: equal for directories that hold the same, whatever their names. */
  readonly hash: string;
}

/** Where stored files are read from. */
export interface FileSource {
  /** A read-only file of that content on this machine. */
  placeFile(content: FileContent): Promise<string>;
  /** A folder of that content on this machine. */
  placeDirectory(content: DirectoryContent): Promise<string>;
  bytes(content: FileContent): Promise<Uint8Array>;
  stream(content: FileContent): AsyncIterable<Uint8Array>;
}

/** What a running task can take in. */
export interface TaskFiles {
  file(path: string): Promise<FileContent>;
  directory(path: string): Promise<DirectoryContent>;
  readonly source: FileSource;
}

/** What happens to files and models while a value is encoded or decoded. */
export interface ValueFiles {
  /** While a value is decoded: where its files are. */
  source: FileSource | null;
  /** While a value is encoded: sizes of the files in it, by hash. */
  noted: Map<string, number> | null;
  /** While a value is decoded: reads an artifact of the same datastore. */
  load: ((name: string, artifact: ModelArtifact) => unknown) | null;
}

const HASH = /^[0-9a-f]{64}$/;

/**
 * A file as it was stored; nothing of it is trusted.
 * @throws for what cannot be a file's name, such as one that leads out of its folder
 */
export function fileContent(packed: unknown): FileContent {
  const [name, size, hash] = listOf(packed);
  if (typeof hash !== "string" || !HASH.test(hash)) throw new TypeError("its hash is none");
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) throw new TypeError("its size is none");
  return { name: relativePath(name), size, hash };
}

/** The same of a directory. */
export function directoryContent(packed: unknown): DirectoryContent {
  const [name, files, folders, hash] = listOf(packed);
  if (typeof hash !== "string" || !HASH.test(hash)) throw new TypeError("its hash is none");
  return {
    ...{ name: baseName(name), hash },
    files: listOf(files).map(fileContent),
    folders: listOf(folders).map(relativePath),
  };
}

/** @throws for what is not a path below a folder, or reaches out of it */
function relativePath(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("a name is not a string");
  for (const part of value.split("/")) {
    if (part === "" || part === "." || part === ".." || part.includes("\0"))
      throw new TypeError(`a name is not a path below a folder: ${JSON.stringify(value)}`);
  }
  return value;
}

function baseName(value: unknown): string {
  const name = relativePath(value);
  if (name.includes("/")) throw new TypeError(`a directory's name is a path: ${JSON.stringify(value)}`);
  return name;
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError("it is not a list");
  return value;
}
