import { describe, expect, test } from "vitest";
import { abandonUploads } from "../../../runtime/datastore/objects/abandon-uploads.ts";
import { allPages } from "../../../runtime/datastore/objects/all-pages.ts";
import { Deposits } from "../../../runtime/datastore/objects/deposits.ts";
import { endOfGrown } from "../../../runtime/datastore/objects/end-of-grown.ts";
import { GrownObject } from "../../../runtime/datastore/objects/grown-object.ts";
import { wholeGrown } from "../../../runtime/datastore/objects/next-of-grown.ts";
import type { ObjectStore } from "../../../runtime/datastore/objects/object-store.ts";
import { OrderedRanges } from "../../../runtime/datastore/objects/ordered-ranges.ts";
import { RetriedObjects } from "../../../runtime/datastore/objects/retried-objects.ts";
import { bytesOf, ODD_KEYS, pattern, textOf } from "../storage/contract/under-test.ts";

const MB = 1 << 20;

/** What every object store promises; `make` gives each test an empty one. */
export function objectContract(name: string, make: () => ObjectStore | Promise<ObjectStore>): void {
  describe(`${name}: single requests`, () => requests(make));
  describe(`${name}: what is common above it`, () => above(make));
}

function requests(make: () => ObjectStore | Promise<ObjectStore>): void {
  test("an object is as it was put, with its facts", async () => {
    const objects = await make();
    const etag = await objects.put("a/b", bytesOf("hello"), { write: "w1" });
    const got = await objects.get("a/b");
    expect([textOf(got?.bytes ?? null), got?.size, got?.etag, got?.continues]).toEqual(["hello", 5, etag, false]);
    expect(Math.abs((got?.modifiedAt ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(await objects.head("a/b")).toMatchObject({ size: 5, etag, write: "w1", continues: false });
    await objects.put("a/b", bytesOf("more"), { continues: true });
    expect(await objects.head("a/b")).toMatchObject({ size: 4, continues: true });
  });

  test("what is not there is null everywhere", async () => {
    const objects = await make();
    const range = { position: 0, count: 1 };
    expect([await objects.get("no"), await objects.head("no"), await objects.range("no", range)]).toEqual([
      null,
      null,
      null,
    ]);
    expect(await objects.touch("no", 1)).toBe(false);
    await objects.remove(["no"]);
  });

  test("odd names are names", async () => {
    const objects = await make();
    for (const key of ODD_KEYS) await objects.put(key, bytesOf(key));
    for (const key of ODD_KEYS) expect(textOf((await objects.get(key))?.bytes ?? null)).toBe(key);
    expect((await allPages(objects, "odd/")).objects.map(({ key }) => key).sort()).toEqual([...ODD_KEYS].sort());
  });

  test("a condition lets one writer through", async () => {
    const objects = await make();
    const first = await objects.put("k", bytesOf("one"), { onlyIf: "absent" });
    expect(await objects.put("k", bytesOf("two"), { onlyIf: "absent" })).toBeNull();
    const second = await objects.put("k", bytesOf("three"), { onlyIf: { etag: first ?? "" } });
    expect(second).not.toBe(first);
    expect(await objects.put("k", bytesOf("four"), { onlyIf: { etag: first ?? "" } })).toBeNull();
    expect(await objects.put("gone", bytesOf("x"), { onlyIf: { etag: first ?? "" } })).toBeNull();
    expect(textOf((await objects.get("k"))?.bytes ?? null)).toBe("three");
    const many = Array.from({ length: 8 }, (_, at) => objects.put("race", bytesOf(String(at)), { onlyIf: "absent" }));
    const won = (await Promise.all(many.map((one) => one.catch(() => null)))).filter((etag) => etag !== null);
    expect(won).toHaveLength(1);
  });

  test("it is not read again while it is the same, nor where it is too large", async () => {
    const objects = await make();
    const etag = await objects.put("k", bytesOf("hello"));
    expect(await objects.get("k", { unless: etag })).toBeNull();
    expect(textOf((await objects.get("k", { unless: "another" }))?.bytes ?? null)).toBe("hello");
    expect(await objects.get("k", { maxBytes: 4 })).toMatchObject({ size: 5, bytes: new Uint8Array() });
  });

  test("a range has the bytes there, fewer at the end, and is null behind it", async () => {
    const objects = await make();
    const etag = (await objects.put("k", bytesOf("0123456789"))) ?? "";
    const part = async (position: number, count: number) => {
      const got = await objects.range("k", { position, count, etag });
      return got === null ? null : [textOf(got.bytes), got.size];
    };
    expect([await part(2, 3), await part(8, 5), await part(10, 1)]).toEqual([["234", 10], ["89", 10], null]);
    await objects.put("k", bytesOf("other bytes"));
    await expect(objects.range("k", { position: 0, count: 1, etag })).rejects.toThrow();
  });

  test("pages show what lies below a prefix, in order, and names up to a delimiter", async () => {
    const objects = await make();
    for (const key of ["p/b", "p/a/1", "p/a/2", "p/c", "q"]) await objects.put(key, bytesOf(key));
    const flat = await objects.page("p/");
    expect(flat.objects.map(({ key, size }) => [key, size])).toEqual([
      ["p/a/1", 5],
      ["p/a/2", 5],
      ["p/b", 3],
      ["p/c", 3],
    ]);
    const { objects: names, prefixes } = await objects.page("p/", { delimiter: "/" });
    expect([names.map(({ key }) => key), prefixes]).toEqual([["p/b", "p/c"], ["p/a/"]]);
    await objects.remove(["p/b", "p/a/1", "p/nothing"]);
    expect((await objects.page("p/")).objects.map(({ key }) => key)).toEqual(["p/a/2", "p/c"]);
  });

  test("an upload is there once it is complete, as its parts in their order", async () => {
    const objects = await make();
    const parts = [pattern(5 * MB, 1), pattern(5 * MB, 2), pattern(17, 3)];
    const upload = await objects.upload("large");
    for (const index of [2, 0, 1]) await upload.part(index, parts[index] ?? new Uint8Array());
    expect(await objects.head("large")).toBeNull();
    expect((await objects.uploads(null)).uploads.map(({ key, id }) => [key, id])).toEqual([["large", upload.id]]);
    expect(await upload.complete()).toBe(true);
    expect(Buffer.concat(parts).equals((await objects.get("large"))?.bytes ?? new Uint8Array())).toBe(true);
    expect((await objects.uploads(null)).uploads).toEqual([]);
  });

  test("an upload that was given up is no more", async () => {
    const objects = await make();
    const uploads = [await objects.upload("a"), await objects.upload("b"), await objects.upload("b")];
    for (const upload of uploads) await upload.part(0, bytesOf("x"));
    await uploads[0]?.abandon();
    expect(await abandonUploads(objects, 0)).toBe(0);
    expect(await abandonUploads(objects, Date.now() + 60_000)).toBe(2);
    expect((await objects.uploads(null)).uploads).toEqual([]);
    expect([await objects.head("a"), await objects.head("b")]).toEqual([null, null]);
  });
}

function above(make: () => ObjectStore | Promise<ObjectStore>): void {
  test("an object grows over many parts, and is continued by another writer", async () => {
    const objects = new RetriedObjects(await make());
    const lines = Array.from({ length: 40 }, (_, at) => `${String(at).repeat(10_000)}\n`);
    for (const half of [lines.slice(0, 20), lines.slice(20)]) {
      const grown = new GrownObject(objects, { key: "log", delayMs: 0 });
      for (const line of half) await grown.append(bytesOf(line));
    }
    expect(textOf(await wholeGrown(objects, "log"))).toBe(lines.join(""));
    const end = await endOfGrown(objects, { key: "log", count: 50_000 });
    expect(lines.join("").endsWith(textOf(end?.bytes ?? null) ?? "?")).toBe(true);
    expect([end?.isWhole, (await allPages(objects, "log")).objects.length > 2]).toEqual([false, true]);
  });

  test("of two that write to one object one is refused", async () => {
    const objects = new RetriedObjects(await make());
    const [one, other] = [1, 2].map(() => new GrownObject(objects, { key: "log", delayMs: 0 }));
    await one?.append(bytesOf("one\n"));
    await other?.append(bytesOf("two\n"));
    await expect(one?.append(bytesOf("three\n"))).rejects.toThrow(/another process has written to it/);
    expect(textOf(await wholeGrown(objects, "log"))).toBe("one\ntwo\n");
  });

  test("a large object is read in order, and not on over a change", async () => {
    const objects = new RetriedObjects(await make());
    await objects.put("large", pattern(17 * MB));
    const opened = await OrderedRanges.open(objects, "large");
    const pieces = [opened?.first ?? new Uint8Array()];
    for (let piece = await opened?.rest.next(); piece != null; piece = await opened?.rest.next()) pieces.push(piece);
    expect(pattern(17 * MB).equals(Buffer.concat(pieces))).toBe(true);
    const again = await OrderedRanges.open(objects, "large");
    await objects.put("large", pattern(17 * MB, 1));
    await expect(again?.rest.next()).rejects.toThrow();
    expect(await OrderedRanges.open(objects, "nothing")).toBeNull();
  });

  test("deposits of equal bytes are one object, and one of another size is replaced", async () => {
    const objects = new RetriedObjects(await make());
    const deposits = new Deposits(objects);
    await objects.put("blob", pattern(5));
    for (const one of [deposits, new Deposits(objects)]) await one.small("blob", pattern(1000));
    expect((await objects.head("blob"))?.size).toBe(1000);
    const wanted = await deposits.large("large", 9 * MB);
    if (wanted === null) throw new Error("it is not there yet");
    for (let index = 0, at = 0; at < 9 * MB; index += 1, at += wanted.partBytes)
      await deposits.part(wanted.upload, index, pattern(9 * MB).subarray(at, at + wanted.partBytes));
    await deposits.end(wanted.upload);
    expect(pattern(9 * MB).equals((await objects.get("large"))?.bytes ?? new Uint8Array())).toBe(true);
    expect(await new Deposits(objects).large("large", 9 * MB)).toBeNull();
    expect(deposits.takeRefreshed()).toEqual([]);
  });
}
