import { bufferSource } from "../../runtime/datastore/codec/byte-source.ts";
import type { Storage } from "../../runtime/datastore/storage.ts";

/** A storage that is gone when nobody holds it any more. */
export function memoryStorage(): Storage {
  const objects = new Map<string, Uint8Array>();

  return {
    location: "memory",
    read: (key) => objects.get(key) ?? null,
    open(key) {
      if (!objects.has(key)) return null;
      const bytes = () => objects.get(key) ?? new Uint8Array();
      return {
        size: bytes().byteLength,
        read: (target, position) => bufferSource(bytes()).read(target, position),
        readUpTo: (count, position) => Buffer.from(bytes().subarray(position, position + count)),
        close: () => undefined,
      };
    },
    has: (key) => objects.has(key),
    write(key, chunks) {
      objects.set(key, Buffer.concat(chunks));
    },
    create(key, chunks) {
      if (objects.has(key)) return false;
      objects.set(key, Buffer.concat(chunks));
      return true;
    },
    list: (prefix) => namesBelow(prefix, objects.keys()),
    remove: (key) => void objects.delete(key),
    append: (key) => ({
      append(bytes) {
        objects.set(key, Buffer.concat([objects.get(key) ?? new Uint8Array(), Buffer.from(bytes as Uint8Array)]));
      },
      close: () => undefined,
    }),
  };
}

function namesBelow(prefix: string, keys: Iterable<string>): string[] {
  const base = prefix === "" ? "" : `${prefix}/`;
  const names = [...keys].filter((key) => key.startsWith(base)).map((key) => key.slice(base.length));
  return [...new Set(names.map((name) => name.replace(/\/.*$/, "/")))].sort();
}
