import { expect, test } from "vitest";
import type { Want } from "../../../../runtime/datastore/storage.ts";
import { bytesOf, type MakeStorage, pattern, textOf } from "./under-test.ts";

const MB = 1 << 20;

/** `deposit`, `flush` and `ahead`. */
export function deposits(make: MakeStorage): void {
  test("what was deposited is stored when flush returns, though its bytes were changed before", async () => {
    const made = await make();
    const storage = made.open();
    const sizes = [0, 1, 1000, 100_000, 5 * MB, 17 * MB + 3];
    const buffer = Buffer.alloc(Math.max(...sizes));
    for (const [at, size] of sizes.entries()) {
      buffer.set(pattern(size, at));
      storage.deposit(`blobs/${at}`, [buffer.subarray(0, size >> 1), buffer.subarray(size >> 1, size)]);
      buffer.fill(0xff);
    }
    expect(storage.flush()).toEqual([]);
    const other = made.open();
    for (const [at, size] of sizes.entries()) expect(pattern(size, at).equals(other.read(`blobs/${at}`)!)).toBe(true);
    expect(storage.flush()).toEqual([]);
  });

  test("hundreds of deposits are all there after one flush", async () => {
    const made = await make();
    const storage = made.open();
    for (let at = 0; at < 150; at += 1) storage.deposit(`blobs/${at % 16}/${at}`, [pattern(at * 10, at)]);
    storage.flush();
    const other = made.open();
    const wrong = Array.from({ length: 150 }, (_, at) => at).filter((at) => {
      const read = other.read(`blobs/${at % 16}/${at}`);
      return read === null || !pattern(at * 10, at).equals(read);
    });
    expect(wrong).toEqual([]);
  });

  test("equal bytes may be deposited again, before and after a flush and by another", async () => {
    const made = await make();
    const [storage, other] = [made.open(), made.open()];
    for (const one of [storage, storage, other]) one.deposit("blobs/same", [pattern(100_000)]);
    storage.flush();
    other.flush();
    storage.deposit("blobs/same", [pattern(100_000)]);
    expect(storage.flush()).toEqual([]);
    expect(pattern(100_000).equals(made.open().read("blobs/same")!)).toBe(true);
    expect([...storage.walk("blobs")]).toHaveLength(1);
  });

  test("a deposit mends an object that is too short for its name", async () => {
    const made = await make();
    made.open().write("blobs/short", [pattern(10)]);
    const storage = made.open();
    storage.deposit("blobs/short", [pattern(1000)]);
    storage.flush();
    expect(pattern(1000).equals(made.open().read("blobs/short")!)).toBe(true);
  });

  test("what a handle removed it can deposit anew", async () => {
    const made = await make();
    const storage = made.open();
    storage.deposit("blobs/one", [bytesOf("one")]);
    storage.flush();
    storage.remove(["blobs/one"]);
    storage.deposit("blobs/one", [bytesOf("one")]);
    storage.flush();
    expect(textOf(made.open().read("blobs/one"))).toBe("one");
  });

  test("touching many tells which are not there, and changes nothing else", async () => {
    const made = await make();
    const storage = made.open();
    for (const key of ["blobs/one", "blobs/two"]) storage.write(key, [bytesOf(key)]);
    expect(storage.touch([])).toEqual([]);
    const many = Array.from({ length: 150 }, (_, at) => `blobs/none/${at}`);
    expect([...storage.touch(["blobs/one", ...many, "blobs/two"])].sort()).toEqual(many.sort());
    // They were stored just now: gc would not take them anyway.
    expect(storage.flush()).toEqual([]);
    expect([...storage.walk("blobs")].map(({ key }) => key).sort()).toEqual(["blobs/one", "blobs/two"]);
    expect(textOf(made.open().read("blobs/two"))).toBe("blobs/two");
  });

  test("what was deposited before it is closed is stored", async () => {
    const made = await make();
    const storage = made.open();
    storage.deposit("blobs/last", [bytesOf("last words")]);
    storage.close();
    expect(textOf(made.open().read("blobs/last"))).toBe("last words");
  });

  test("an announcement changes no answer", async () => {
    const made = await make();
    const storage = made.open();
    storage.write("a/old", [bytesOf("old")]);
    storage.write("a/large", [pattern(9 * MB)]);
    const wants = ["a/old", "a/large", "a/nothing", "a/new", "a/grown", "a"].flatMap((key) =>
      (["read", "open", "list"] as const).map((op): Want => ({ op, key })),
    );
    storage.ahead(wants);
    storage.ahead([]);
    storage.write("a/old", [bytesOf("newer")]);
    expect(storage.create("a/new", [bytesOf("new")])).toBe(true);
    const log = storage.append("a/grown");
    void log.append("grown");
    log.flush();
    log.close();
    expect(textOf(storage.read("a/old"))).toBe("newer");
    expect(textOf(storage.read("a/new"))).toBe("new");
    expect(textOf(storage.read("a/grown"))).toBe("grown");
    expect(storage.open("a/nothing")).toBeNull();
    expect(storage.list("a")).toEqual(["grown", "large", "new", "old"]);
    storage.ahead(wants);
    storage.remove(["a/old", "a/new"]);
    expect([storage.read("a/old"), storage.open("a/new")]).toEqual([null, null]);
    expect(storage.list("a")).toEqual(["grown", "large"]);
    expect(pattern(9 * MB).equals(storage.read("a/large")!)).toBe(true);
    const reader = storage.open("a/large")!;
    expect(reader.readUpTo(10, MB)).toEqual(pattern(9 * MB).subarray(MB, MB + 10));
    reader.close();
  });
}
