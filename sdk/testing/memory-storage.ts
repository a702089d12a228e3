import { writeFile } from "node:fs/promises";
import { hashOf } from "../../runtime/datastore/blobs.ts";
import { withSource } from "../../runtime/datastore/files/with-source.ts";
import { fileThere } from "../../runtime/datastore/local/place-file.ts";
import { bufferSource } from "../../runtime/datastore/codec/byte-source.ts";
import { refuseGrowing } from "../../runtime/datastore/refuse-growing.ts";
import type { ObjectReader, Storage } from "../../runtime/datastore/storage.ts";

/** A storage that is gone when nobody holds it any more. */
export function memoryStorage(): Storage {
  const objects = new Map<string, Uint8Array>();
  const modified = new Map<string, number>();
  const put = (key: string, bytes: Uint8Array) => {
    objects.set(key, bytes);
    modified.set(key, Date.now());
  };

  const read = (key: string) => {
    refuseGrowing(key);
    const bytes = objects.get(key);
    return bytes === undefined ? null : new Uint8Array(bytes);
  };

  const open = (key: string): ObjectReader | null => {
    if (!objects.has(key)) return null;
    const bytes = () => objects.get(key) ?? new Uint8Array();
    const fill = (target: Uint8Array, position: number) => bufferSource(bytes()).read(target, position);
    return {
      size: bytes().byteLength,
      read: fill,
      readSoon: fill,
      readUpTo: (count, position) => Buffer.from(bytes().subarray(position, position + count)),
      close: () => undefined,
    };
  };

  return {
    location: "memory",
    folder: null,
    isRemote: false,
    segmentBytes: Infinity,
    read,
    readSoon: read,
    open,
    openSoon: open,
    tail(key) {
      let position = 0;
      const next = () => {
        const fresh = Buffer.from(objects.get(key)?.subarray(position) ?? []);
        position += fresh.length;
        return { bytes: fresh, isLast: true };
      };
      return { next, nextSoon: next };
    },
    end(key, count) {
      const bytes = objects.get(key);
      if (bytes === undefined) return null;
      const from = Math.max(bytes.length - count, 0);
      return { bytes: Buffer.from(bytes.subarray(from)), isWhole: from === 0 };
    },
    has: (key) => objects.has(key),
    write(key, chunks) {
      put(key, Buffer.concat(chunks));
    },
    writeSoon(key, chunks) {
      put(key, Buffer.concat(chunks));
    },
    create(key, chunks) {
      if (objects.has(key)) return false;
      put(key, Buffer.concat(chunks));
      return true;
    },
    deposit(key, chunks) {
      put(key, Buffer.concat(chunks));
    },
    async takeFile(file, keyOf) {
      const pieces: Buffer[] = [];
      const taken = await withSource(file, async (source) => {
        const bytes = await source.readFile();
        pieces.push(bytes);
        return { hash: hashOf([bytes]), size: bytes.byteLength };
      });
      put(keyOf(taken.hash), Buffer.concat(pieces));
      return taken;
    },
    async placeFile(key, { file, hash }) {
      const there = await fileThere({ file, hash });
      if (there !== null) return there;
      const bytes = objects.get(key);
      if (bytes === undefined) return "missing";
      if (hashOf([bytes]) !== hash) return "damaged";
      await writeFile(file, bytes, { mode: 0o444 });
      return "placed";
    },
    touch: (keys) =>
      keys.filter((key) => {
        modified.set(key, Date.now());
        return !objects.has(key);
      }),
    flush: () => [],
    list: (prefix) => namesBelow(prefix, objects.keys()),
    *walk(prefix) {
      for (const [key, { length: size }] of [...objects])
        if (prefix === "" || key.startsWith(`${prefix}/`)) yield { key, size, modifiedAt: modified.get(key) ?? 0 };
    },
    remove(keys) {
      for (const key of keys) objects.delete(key);
    },
    abandonUploads: () => 0,
    append: (key) => ({
      append(bytes) {
        put(key, Buffer.concat([objects.get(key) ?? new Uint8Array(), Buffer.from(bytes as Uint8Array)]));
      },
      flush: () => undefined,
      close: () => undefined,
    }),
    ahead: () => undefined,
    close: () => undefined,
  };
}

function namesBelow(prefix: string, keys: Iterable<string>): string[] {
  const base = prefix === "" ? "" : `${prefix}/`;
  const names = [...keys].filter((key) => key.startsWith(base)).map((key) => key.slice(base.length));
  return [...new Set(names.map((name) => name.replace(/\/.*$/, "/")))].sort();
}
