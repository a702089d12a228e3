import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { host } from "../../../sdk/base/host.ts";
import type { FileContent, FileSource } from "../../../sdk/files/file-content.ts";
import type { Blobs } from "../blobs.ts";
import { hashOfDirectory } from "./hash-of-directory.ts";
import { placeDirectory } from "./place-directory.ts";
import { safeName } from "./safe-name.ts";

/** What is at a place, or on its way there. */
interface Placed {
  readonly place: string;
  /** Tells whether it was written to since. */
  readonly look: string;
}

/** One for each datastore, so that its values share what was placed. */
const sources = new WeakMap<Blobs, FileSource>();

/** Puts stored files on this machine's disk when they are asked for. */
export function fileSource(blobs: Blobs): FileSource {
  const known = sources.get(blobs) ?? newSource(blobs);
  sources.set(blobs, known);
  return known;
}

function newSource(blobs: Blobs): FileSource {
  /** Once for each content, and name, and task. */
  const placed = new Map<string, Promise<Placed>>();

  async function once({ hash, name, put }: Placing): Promise<string> {
    const base = baseFolder();
    const key = [base, hash, name].join("\0");
    for (let known = placed.get(key); known !== undefined; known = placed.get(key)) {
      const there = await known.catch(() => null);
      if (there !== null && lookOf(there.place) === there.look) return there.place;
      // It failed, or went with its task; another caller may have begun anew meanwhile.
      if (placed.get(key) === known) placed.delete(key);
    }
    const placing = placeIn(base, { name, put });
    placed.set(key, placing);
    return (await placing).place;
  }

  function placeFile({ name, hash }: FileContent): Promise<string> {
    return once({ hash, name: path.posix.basename(name), put: (target) => blobs.place(hash, target) });
  }

  return {
    placeFile,
    placeDirectory: (content) =>
      once({
        // The one that it claims was written by whoever wrote the value.
        hash: hashOfDirectory(content),
        name: content.name,
        put: (target) => placeDirectory(blobs, { content, target }),
      }),
    bytes: async (content) => new Uint8Array(await readFile(await placeFile(content))),
    async *stream(content) {
      for await (const piece of createReadStream(await placeFile(content), { highWaterMark: 1 << 20 }))
        yield piece as Uint8Array;
    },
  };
}

interface Placing {
  readonly hash: string;
  readonly name: string;
  put(target: string): Promise<void>;
}

/** In a folder of its own, so that nothing can lie there already. */
async function placeIn(base: string, { name, put }: Pick<Placing, "name" | "put">): Promise<Placed> {
  const above = path.join(base, ".millrace-files");
  await mkdir(above, { recursive: true });
  const folder = await mkdtemp(path.join(above, "f-"));
  const place = path.join(folder, safeName(name));
  try {
    await put(place);
    return { place, look: lookOf(place) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function lookOf(place: string): string {
  const found = statSync(place, { throwIfNoEntry: false });
  return found === undefined ? "gone" : [found.ino, found.size, found.mtimeMs].join(" ");
}

/** Of the running task, with which it goes; else of this process. */
function baseFolder(): string {
  return host().task?.current.tempDir ?? processFolder();
}

const ofProcess: { folder: string | null } = { folder: null };

function processFolder(): string {
  if (ofProcess.folder !== null && existsSync(ofProcess.folder)) return ofProcess.folder;
  const folder = mkdtempSync(path.join(os.tmpdir(), "millrace-files-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return (ofProcess.folder = folder);
}
