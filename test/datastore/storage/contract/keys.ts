import { describe, expect, test } from "vitest";
import type { Storage } from "../../../../runtime/datastore/storage.ts";
import { bytesOf, type MakeStorage } from "./under-test.ts";

const OUTSIDE = [
  "../outside",
  "a/../../outside",
  "a/..",
  "a/./b",
  "..",
  ".",
  "",
  "/etc/passwd",
  "a//b",
  "a/",
  "a/.. /b",
  "a/.../b",
  "C:/windows",
  "C:windows",
  "a\\..\\..\\b",
  "a/b\0c",
  "a/b\nc",
  "a/\ud800",
];

const CALLS: Readonly<Record<string, (storage: Storage, key: string) => unknown>> = {
  read: (storage, key) => storage.read(key),
  readSoon: (storage, key) => storage.readSoon(key),
  open: (storage, key) => storage.open(key),
  tail: (storage, key) => storage.tail(key).next(),
  end: (storage, key) => storage.end(key, 10),
  has: (storage, key) => storage.has(key),
  write: (storage, key) => storage.write(key, [bytesOf("x")]),
  writeSoon: (storage, key) => storage.writeSoon(key, [bytesOf("x")]),
  create: (storage, key) => storage.create(key, [bytesOf("x")]),
  deposit(storage, key) {
    storage.deposit(key, [bytesOf("x")]);
    storage.flush();
  },
  append: (storage, key) => storage.append(key).append("x"),
  remove: (storage, key) => storage.remove([key]),
};

/** A key never leads out of the storage. */
export function keys(make: MakeStorage): void {
  describe.each(Object.entries(CALLS))("%s", (_, call) => {
    test("refuses a key that is not names with slashes between them, and does nothing", async () => {
      const storage = (await make()).open();
      storage.write("outside", [bytesOf("kept")]);
      for (const key of OUTSIDE)
        await expect(
          outcome(() => call(storage, key)),
          JSON.stringify(key),
        ).resolves.toBe("MILLRACE_KEY");
      expect([...storage.walk("")].map(({ key }) => key)).toEqual(["outside"]);
    });
  });
}

async function outcome(action: () => unknown): Promise<string> {
  try {
    await action();
    return "done";
  } catch (error) {
    return String((error as { code?: unknown }).code);
  }
}
