import { createReadStream, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { host } from "../../../sdk/base/host.ts";
import type { DirectoryContent, FileContent, FileSource } from "../../../sdk/files/file-content.ts";
import type { Blobs } from "../blobs.ts";
import { safeName } from "./safe-name.ts";

/** By the place, what is put there or is on its way: once for each content. */
type Placed = Map<string, Promise<string>>;

/** Enough of a hash for a folder's name. */
const HASH_CHARS = 24;

/** One for each datastore, so that its values share what was placed. */
const sources = new WeakMap<Blobs, FileSource>();

/** Puts stored files on this machine's disk when somebody asks for them. */
export function fileSource(blobs: Blobs): FileSource {
  const known = sources.get(blobs) ?? newSource(blobs);
  sources.set(blobs, known);
  return known;
}

function newSource(blobs: Blobs): FileSource {
  const placed: Placed = new Map();

  function placeFile({ name, hash }: FileContent): Promise<string> {
    const target = path.join(folderFor(hash), safeName(path.posix.basename(name)));
    return once(placed, target, async () => {
      mkdirSync(path.dirname(target), { recursive: true });
      await blobs.place(hash, target);
    });
  }

  return {
    placeFile,
    placeDirectory({ name, hash, files, folders }: DirectoryContent) {
      const target = path.join(folderFor(hash), safeName(name));
      return once(placed, target, async () => {
        mkdirSync(path.dirname(target), { recursive: true });
        // Whole or not at all.
        const building = await mkdtemp(`${target}.part-`);
        const inside = (at: string) => path.join(building, ...at.split("/").map(localName));
        try {
          for (const folder of folders) await mkdir(inside(folder), { recursive: true });
          for (const file of files) {
            await mkdir(path.dirname(inside(file.name)), { recursive: true });
            await blobs.place(file.hash, inside(file.name));
          }
          await rename(building, target);
        } finally {
          await rm(building, { recursive: true, force: true });
        }
      });
    },
    bytes: async (content) => new Uint8Array(await readFile(await placeFile(content))),
    async *stream(content) {
      for await (const piece of createReadStream(await placeFile(content), { highWaterMark: 1 << 20 }))
        yield piece as Uint8Array;
    },
  };
}

async function once(placed: Placed, target: string, place: () => Promise<void>): Promise<string> {
  const known = placed.get(target);
  // A task's folder goes with it, and another one may have the same place.
  if (known !== undefined && (await known.catch(() => null)) !== null && existsSync(target)) return known;
  const placing = place().then(() => target);
  placed.set(target, placing);
  return placing;
}

/** Of the running task, with which it goes; else of this process. */
function folderFor(hash: string): string {
  const base = host().task?.current.tempDir ?? processFolder();
  return path.join(base, ".millrace-files", hash.slice(0, HASH_CHARS));
}

const ofProcess: { folder: string | null } = { folder: null };

function processFolder(): string {
  if (ofProcess.folder !== null && existsSync(ofProcess.folder)) return ofProcess.folder;
  const folder = mkdtempSync(path.join(os.tmpdir(), "millrace-files-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return (ofProcess.folder = folder);
}

/** Of a path inside a directory: what other systems name otherwise, Windows cannot. */
function localName(name: string): string {
  return process.platform === "win32" ? safeName(name) : name;
}
