import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract as tarExtract, type Headers } from "tar-stream";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Blobs } from "../../datastore/blobs.ts";
import { isWithin } from "./locate-package.ts";

/**
 * Unpacks a stored archive into a folder, over what is there. Nothing is ever written outside of it.
 * @throws MillraceError `MILLRACE_ARCHIVE` for an archive that tries to, or that holds anything but files and links
 */
export async function unpackArchive(blobs: Blobs, blob: string, folder: string): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  // Its content is checked against the hash before any of it is used.
  const chunks = blobs.read(blob, (source) => {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < source.size; at += CHUNK_BYTES) {
      const part = new Uint8Array(Math.min(CHUNK_BYTES, source.size - at));
      source.read(part, at);
      parts.push(part);
    }
    return parts;
  });
  await unpackStream(Readable.from(chunks), folder);
}

/** Small ones would cost a call of the system for each. */
const CHUNK_BYTES = 1 << 20;

/** The same for an archive on the disk. */
export async function unpackFile(file: string, folder: string): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  await unpackStream(fs.createReadStream(file), folder);
}

async function unpackStream(packed: Readable, folder: string): Promise<void> {
  const target = new Target(fs.realpathSync(folder));
  const extract = tarExtract();
  extract.on("entry", (header, content, next) => {
    target.add(header, content).then(
      () => next(),
      (error: unknown) => next(error),
    );
  });
  await pipeline(packed, createGunzip({ chunkSize: CHUNK_BYTES }), extract as unknown as Writable);
}

/** A folder that is written to, and nothing beside it. */
class Target {
  readonly #folder: string;
  /** Where a file is until it is whole. */
  readonly #draft: string;
  readonly #known = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#draft = path.join(folder, `.${randomUUID()}.part`);
  }

  async add({ name, type, mode, linkname }: Headers, content: Readable): Promise<void> {
    if (type === "directory") {
      this.#parentOf(`${name}/.`);
      content.resume();
      return;
    }
    const place = path.join(this.#parentOf(name), path.posix.basename(name));
    if (type === "symlink") {
      content.resume();
      return this.#link(place, { name, linkname: linkname ?? "" });
    }
    if (type !== "file" && type !== "contiguous-file")
      throw refused(name, `it is neither a file nor a link: ${String(type)}`);
    await this.#file(place, { mode: ((mode ?? 0) & 0o100) === 0 ? 0o644 : 0o755, content });
  }

  /** A process that runs beside it finds no half of a file. */
  async #file(place: string, { mode, content }: { mode: number; content: Readable }): Promise<void> {
    const fd = fs.openSync(this.#draft, "wx", mode);
    try {
      try {
        for await (const part of content) writeAll(fd, part as Buffer);
      } finally {
        fs.closeSync(fd);
      }
      fs.renameSync(this.#draft, place);
    } catch (error) {
      fs.rmSync(this.#draft, { force: true });
      throw error;
    }
  }

  #link(place: string, { name, linkname }: { name: string; linkname: string }): void {
    const isPlain = path.posix.normalize(linkname) === linkname && !path.posix.isAbsolute(linkname);
    const target = path.resolve(path.dirname(place), linkname);
    // Only in its shortest form does a path mean the same whatever links lie on its way.
    if (!isPlain || !isWithin(this.#folder, target)) throw refused(name, `its link leads out: ${linkname}`);
    replacing(place, () => fs.symlinkSync(linkname, place));
  }

  /** Makes the folder of an entry, and makes sure that no link leads out of it. */
  #parentOf(name: string): string {
    const segments = name.split("/");
    const isPlain = name !== "" && !path.isAbsolute(name) && !segments.includes("..") && !name.includes("\0");
    if (!isPlain || (path.sep === "\\" && /[\\:]/.test(name))) throw refused(name, "its name leads out");
    let parent = this.#folder;
    for (const segment of segments.slice(0, -1)) {
      parent = path.join(parent, segment);
      if (this.#known.has(parent)) continue;
      if (!isMadeFolder(parent)) throw refused(name, "a link or a file is on the way to it");
      this.#known.add(parent);
    }
    return parent;
  }
}

/** Makes a folder, unless it is there; false if something else is. */
function isMadeFolder(folder: string): boolean {
  try {
    fs.mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return fs.lstatSync(folder).isDirectory();
  }
}

/** Puts something in the place of what an earlier archive left there. */
function replacing<T>(place: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    fs.rmSync(place, { force: true });
    return make();
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += fs.writeSync(fd, bytes, at);
}

function refused(name: string, because: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_ARCHIVE",
    headline: `Cannot unpack the code's files because ${because}: ${JSON.stringify(name)}`,
    hint: "Millrace does not write such archives: who else can write to the datastore?",
  });
}
