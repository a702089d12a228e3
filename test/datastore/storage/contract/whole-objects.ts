import { expect, test } from "vitest";
import { bytesOf, type MakeStorage, ODD_KEYS, pattern, textOf } from "./under-test.ts";

const MB = 1 << 20;

/** `read`, `open`, `has`, `write` and `create`. */
export function wholeObjects(make: MakeStorage): void {
  test("an object is read as it was written, here and through another handle", async () => {
    const made = await make();
    const storage = made.open();
    storage.write("some/where/object", [bytesOf("one "), new Uint8Array(), bytesOf("object")]);
    for (const one of [storage, made.open()]) {
      expect(textOf(one.read("some/where/object"))).toBe("one object");
      expect(one.has("some/where/object")).toBe(true);
    }
  });

  test("an object that is opened in the background is read as any other, in any order", async () => {
    const made = await make();
    const storage = made.open();
    const bytes = pattern(3 * MB + 7);
    storage.write("some/large", [bytes]);
    const reader = await made.open().openSoon("some/large");
    expect(reader?.size).toBe(bytes.length);
    for (const [from, to] of [
      [2 * MB, 3 * MB + 7],
      [0, 5],
      [MB - 1, 2 * MB + 1],
    ] as const) {
      const target = new Uint8Array(to - from);
      await reader?.readSoon(target, from);
      expect(Buffer.compare(target, bytes.subarray(from, to))).toBe(0);
    }
    reader?.close();
    expect(await storage.openSoon("some/other")).toBeNull();
  });

  test("what is not there is null, and nothing fails", async () => {
    const storage = (await make()).open();
    storage.write("a/b", [bytesOf("x")]);
    for (const key of ["nothing", "a/nothing", "a/b/c", "nothing/at/all"]) {
      expect([key, storage.read(key), storage.open(key), storage.end(key, 9)]).toEqual([key, null, null, null]);
      expect([key, storage.has(key)]).toEqual([key, false]);
    }
  });

  test.each([
    ["no chunks", []],
    ["empty chunks", [new Uint8Array(), new Uint8Array()]],
  ])("an object of %s is there and empty", async (_, chunks) => {
    const storage = (await make()).open();
    storage.write("written", chunks);
    expect(storage.create("created", chunks)).toBe(true);
    storage.deposit("deposited", chunks);
    storage.flush();
    for (const key of ["written", "created", "deposited"]) {
      expect(storage.has(key)).toBe(true);
      expect(storage.read(key)).toHaveLength(0);
      expect(storage.end(key, 10)).toMatchObject({ bytes: Buffer.alloc(0), isWhole: true });
      const reader = storage.open(key);
      expect(reader?.size).toBe(0);
      expect(reader?.readUpTo(10, 0)).toHaveLength(0);
      reader?.read(new Uint8Array(), 0);
      reader?.close();
    }
    expect(storage.list("")).toEqual(["created", "deposited", "written"]);
  });

  test("an object of a thousand chunks is one object", async () => {
    const storage = (await make()).open();
    const chunks = Array.from({ length: 1000 }, (_, at) => pattern(at % 100, at));
    storage.write("many", chunks);
    expect(Buffer.concat(chunks).equals(storage.read("many")!)).toBe(true);
  });

  test("write replaces: nothing of a longer object stays", async () => {
    const storage = (await make()).open();
    storage.write("key", [pattern(10_000)]);
    storage.write("key", [bytesOf("short")]);
    expect(textOf(storage.read("key"))).toBe("short");
    storage.write("key", []);
    expect(storage.read("key")).toHaveLength(0);
  });

  test("bytes may be changed as soon as write and create return", async () => {
    const storage = (await make()).open();
    const bytes = pattern(3 * MB);
    const copy = Buffer.from(bytes);
    storage.write("written", [bytes]);
    storage.create("created", [bytes]);
    bytes.fill(0);
    for (const key of ["written", "created"]) expect(copy.equals(storage.read(key)!)).toBe(true);
  });

  test("bytes that were read belong to the reader", async () => {
    const storage = (await make()).open();
    storage.write("key", [bytesOf("as it was")]);
    storage.read("key")!.fill(0);
    storage.end("key", 4)!.bytes.fill(0);
    storage.tail("key").next().bytes.fill(0);
    expect(textOf(storage.read("key"))).toBe("as it was");
  });

  test("create leaves what is there, and says so", async () => {
    const made = await make();
    expect(made.open().create("key", [bytesOf("first")])).toBe(true);
    const storage = made.open();
    expect(storage.create("key", [bytesOf("second")])).toBe(false);
    expect(textOf(storage.read("key"))).toBe("first");
    storage.remove(["key"]);
    expect(storage.create("key", [bytesOf("third")])).toBe(true);
    expect(textOf(made.open().read("key"))).toBe("third");
  });

  test("any name that is safe as a file name is a key", async () => {
    const made = await make();
    const storage = made.open();
    for (const key of ODD_KEYS) storage.write(key, [bytesOf(`it is ${key}`)]);
    const other = made.open();
    for (const key of ODD_KEYS) expect(textOf(other.read(key))).toBe(`it is ${key}`);
    for (const key of ODD_KEYS) expect(other.create(key, [])).toBe(false);
    expect([...other.walk("odd")].map(({ key }) => key).sort()).toEqual([...ODD_KEYS].sort());
    const names = [...new Set(ODD_KEYS.map((key) => key.slice(4).replace(/\/.*/, "/")))].sort();
    expect(other.list("odd")).toEqual(names);
    other.remove(ODD_KEYS);
    expect([...made.open().walk("")]).toEqual([]);
  });

  test("a large object comes back whole and in any part", async () => {
    const made = await make();
    const bytes = pattern(40 * MB + 13);
    made.open().write("large", [bytes.subarray(0, 7), bytes.subarray(7, 30 * MB), bytes.subarray(30 * MB)]);
    const storage = made.open();
    expect(bytes.equals(storage.read("large")!)).toBe(true);
    const reader = storage.open("large")!;
    expect(reader.size).toBe(bytes.length);
    for (const [from, to] of [
      [0, 3],
      [5 * MB - 1, 17 * MB + 1],
      [bytes.length - 5, bytes.length],
      [1, 2],
      [0, bytes.length],
    ] as const) {
      const target = Buffer.alloc(to - from);
      reader.read(target, from);
      expect(target.equals(bytes.subarray(from, to))).toBe(true);
    }
    expect(reader.readUpTo(100, bytes.length - 5)).toEqual(bytes.subarray(-5));
    expect(reader.readUpTo(100, bytes.length + 5)).toHaveLength(0);
    expect(reader.readUpTo(0, bytes.length + 5)).toHaveLength(0);
    expect(reader.readUpTo(0, 5)).toHaveLength(0);
    expect(() => reader.read(Buffer.alloc(10), bytes.length - 5)).toThrow();
    reader.close();
    const end = storage.end("large", 1000)!;
    expect(end.bytes.length).toBeGreaterThanOrEqual(1000);
    expect(end.bytes.equals(bytes.subarray(-end.bytes.length))).toBe(true);
    expect(end.isWhole).toBe(end.bytes.length === bytes.length);
  });
}
