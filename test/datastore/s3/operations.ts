import { createHash } from "node:crypto";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import type { Storage } from "../../../runtime/datastore/storage.ts";
import { lineOf } from "../storage/contract/line-of.ts";
import { restOf } from "../storage/contract/rest-of.ts";
import { pattern } from "../storage/contract/under-test.ts";
import type { Rig } from "./rig.ts";

const MB = 1 << 20;

/** Prepares its objects without a fault; then acts through the proxy, and throws an Error if a value is wrong. */
export type Operation = (rig: Rig) => () => void;

/** A value came that was never stored, or an acknowledged one is missing. */
class WrongValue extends Error {
  override readonly name = "WrongValue";
}

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  "reading an object": (rig) => {
    const { key, bytes } = prepared(rig, 300_000);
    return () => expectBytes(rig.via.storage.read(key), bytes);
  },

  "reading an object that is not there": (rig) => {
    const key = rig.fresh();
    return () => expectSame([rig.via.storage.read(key), rig.via.storage.has(key)], [null, false]);
  },

  "reading a large blob": (rig) => {
    const { hash, bytes } = preparedBlob(rig, 9 * MB);
    return () =>
      expectBytes(
        rig.via.blobs.read(hash, (source) => readAll(source)),
        bytes,
      );
  },

  "reading a large blob through the cache": (rig) => {
    const { hash, bytes } = preparedBlob(rig, 9 * MB + 1);
    return () =>
      expectBytes(
        rig.cached.blobs.read(hash, (source) => readAll(source)),
        bytes,
      );
  },

  "reading ahead": (rig) => {
    const { key, bytes } = prepared(rig, 100_000);
    return () => {
      rig.via.storage.ahead([{ op: "read", key }]);
      expectBytes(rig.via.storage.read(key), bytes);
    };
  },

  "reading an object while it grows": (rig) => {
    const key = rig.fresh();
    const lines = [0, 1, 2, 3, 4].map((at) => lineOf(at).repeat(60));
    appendAll(rig.truth.storage, key, lines.slice(0, 1));
    return () => {
      const tail = rig.via.storage.tail(key);
      let seen = "";
      for (let count = 1; count <= lines.length; count += 1) {
        if (count > 1) appendAll(rig.truth.storage, key, lines.slice(count - 1, count));
        seen += restOf(tail);
        if (!lines.join("").startsWith(seen)) throw new WrongValue("what the tail gave was never stored");
      }
      expectSame(seen + restOf(tail), lines.join(""));
    };
  },

  "reading the end of an object that grew": (rig) => {
    const key = rig.fresh();
    const text = Array.from({ length: 300 }, (_, at) => lineOf(at)).join("");
    appendAll(rig.truth.storage, key, [text]);
    return () => {
      const { bytes = Buffer.alloc(0) } = rig.via.storage.end(key, 2000) ?? {};
      if (bytes.length < 2000 || !text.endsWith(bytes.toString())) throw new WrongValue("it is not its end");
    };
  },

  "writing an object": (rig) => {
    const { key } = prepared(rig, 1000);
    const bytes = pattern(200_000, 7);
    return () => {
      rig.via.storage.write(key, [bytes]);
      expectBytes(rig.truth.storage.read(key), bytes);
    };
  },

  "creating an object": (rig) => {
    const key = rig.fresh();
    return () => {
      expectSame(rig.via.storage.create(key, [Buffer.from("mine")]), true);
      expectSame(Buffer.from(rig.truth.storage.read(key) ?? []).toString(), "mine");
      expectSame(rig.via.storage.create(key, [Buffer.from("late")]), false);
    };
  },

  "creating an object that is there": (rig) => {
    const { key, bytes } = prepared(rig, 100);
    return () => {
      expectSame(rig.via.storage.create(key, [Buffer.from("late")]), false);
      expectBytes(rig.truth.storage.read(key), bytes);
    };
  },

  "depositing small blobs": (rig) => {
    const all = [1000, 20_000, 300_000].map((size, at) => ({ key: `${rig.fresh()}/b`, bytes: pattern(size, at) }));
    return () => {
      for (const { key, bytes } of all) rig.via.storage.deposit(key, [bytes]);
      rig.via.storage.flush();
      for (const { key, bytes } of all) expectBytes(rig.truth.storage.read(key), bytes);
    };
  },

  "depositing a large blob": (rig) => {
    const key = `${rig.fresh()}/large`;
    const bytes = pattern(9 * MB + 5, 3);
    return () => {
      rig.via.storage.deposit(key, [bytes]);
      rig.via.storage.flush();
      expectBytes(rig.truth.storage.read(key), bytes);
    };
  },

  "appending to an object": (rig) => {
    const key = rig.fresh();
    const lines = [0, 1, 2, 3, 4].map((at) => lineOf(at).repeat(60));
    return () => {
      appendAll(rig.via.storage, key, lines);
      expectSame(Buffer.from(rig.truth.storage.read(key) ?? []).toString(), lines.join(""));
    };
  },

  "listing names": (rig) => {
    const folder = manyBelow(rig);
    const names = NAMES.map((name) => name.replace(/\/.*/, "/"));
    return () => expectSame(rig.via.storage.list(folder), [...new Set(names)].sort());
  },

  "walking over objects": (rig) => {
    const folder = manyBelow(rig);
    const keys = () => [...rig.via.storage.walk(folder)].map(({ key }) => key.slice(folder.length + 1));
    return () => expectSame(keys().sort(), [...NAMES].sort());
  },

  "removing objects": (rig) => {
    const folder = manyBelow(rig);
    return () => {
      rig.via.storage.remove(NAMES.map((name) => `${folder}/${name}`));
      expectSame(rig.truth.storage.list(folder), []);
    };
  },
};

const NAMES = Array.from({ length: 30 }, (_, at) => (at % 3 === 0 ? `folder-${at}/name` : `name-${at}`));

function manyBelow(rig: Rig): string {
  const folder = rig.fresh();
  for (const name of NAMES) rig.truth.storage.deposit(`${folder}/${name}`, [Buffer.from(name)]);
  rig.truth.storage.flush();
  return folder;
}

function prepared(rig: Rig, size: number): { key: string; bytes: Buffer } {
  const [key, bytes] = [rig.fresh(), pattern(size, size)];
  rig.truth.storage.write(key, [bytes]);
  return { key, bytes };
}

function preparedBlob(rig: Rig, size: number): { hash: string; bytes: Buffer } {
  // Other bytes for each test: none is in the cache already.
  const bytes = Buffer.concat([Buffer.from(rig.fresh()), pattern(size)]);
  const hash = createHash("sha256").update(bytes).digest("hex");
  rig.truth.storage.write(blobKey(hash), [bytes]);
  return { hash, bytes };
}

function readAll(source: { size: number; read(target: Uint8Array, position: number): void }): Buffer {
  const target = Buffer.alloc(source.size);
  source.read(target, 0);
  return target;
}

function appendAll(storage: Storage, key: string, lines: readonly string[]): void {
  const appender = storage.append(key);
  for (const line of lines) {
    // What goes wrong is thrown by flush as well.
    void Promise.resolve(appender.append(line)).catch(() => undefined);
    appender.flush();
  }
  appender.close();
}

function expectBytes(seen: Uint8Array | null, wanted: Buffer): void {
  if (seen === null) throw new WrongValue("it is not there");
  if (!wanted.equals(seen)) throw new WrongValue(`${seen.byteLength} other bytes than the ${wanted.length} wanted`);
}

function expectSame(seen: unknown, wanted: unknown): void {
  const [one, other] = [JSON.stringify(seen), JSON.stringify(wanted)];
  if (one !== other) throw new WrongValue(`${one.slice(0, 200)} is not ${other.slice(0, 200)}`);
}
