import fs from "node:fs";
import path from "node:path";
import { blobKey as keyOf } from "../../../../runtime/datastore/blob-key.ts";
import { hashOf as hashOfChunks } from "../../../../runtime/datastore/blobs.ts";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../rigs/harness.ts";
import { bytesOf, type MakeStorage, pattern } from "./under-test.ts";

const MB = 1 << 20;

function hashOf(bytes: Uint8Array): string {
  return hashOfChunks([bytes]);
}

/** `takeFile` and `placeFile`. */
export function files(make: MakeStorage): void {
  test("a file is stored under the hash of its content, and comes back as a file", async () => {
    const made = await make();
    const folder = temporaryFolder();
    for (const [at, size] of [0, 1, 4 * MB, 9 * MB, 17 * MB + 3].entries()) {
      const [file, target] = [path.join(folder, `in-${at}`), path.join(folder, `out-${at}.bin`)];
      const bytes = pattern(size, at);
      fs.writeFileSync(file, bytes);
      const storage = made.open();
      const taken = await storage.takeFile(file, keyOf);
      storage.flush();
      expect(taken).toEqual({ hash: hashOf(bytes), size });
      fs.writeFileSync(file, "changed later");
      const as = { file: target, hash: taken.hash };
      expect(await made.open().placeFile(keyOf(taken.hash), as)).toBe("placed");
      expect(bytes.equals(fs.readFileSync(target))).toBe(true);
    }
  });

  test("equal content is stored once, and nothing half written is left", async () => {
    const made = await make();
    const folder = temporaryFolder();
    const storage = made.open();
    for (const name of ["a", "b"]) {
      fs.writeFileSync(path.join(folder, name), "same");
      await storage.takeFile(path.join(folder, name), keyOf);
    }
    storage.flush();
    expect([...made.open().walk("blobs")].map(({ key, size }) => [key, size])).toEqual([
      [keyOf(hashOf(bytesOf("same"))), 4],
    ]);
  });

  test("what is not there, is a folder or a pipe cannot be taken, and is named", async () => {
    const storage = (await make()).open();
    const folder = temporaryFolder();
    const gone = path.join(folder, "gone.bin");
    await expect(storage.takeFile(gone, keyOf)).rejects.toThrow(`because it does not exist: ${gone}`);
    await expect(storage.takeFile(folder, keyOf)).rejects.toThrow("because it is a directory");
    if (process.platform !== "win32")
      await expect(storage.takeFile("/dev/null", keyOf)).rejects.toThrow("because it is not a regular file");
    expect([...storage.walk("blobs")]).toEqual([]);
  });

  test("a file that grows while it is read is refused, and nothing is stored", async () => {
    const storage = (await make()).open();
    const file = path.join(temporaryFolder(), "log");
    fs.writeFileSync(file, pattern(40 * MB));
    const taking = storage.takeFile(file, keyOf);
    const growing = setInterval(() => fs.appendFileSync(file, "more"), 1);
    await expect(taking.finally(() => clearInterval(growing))).rejects.toThrow("because it changed while it was read");
    expect([...storage.walk("blobs")]).toEqual([]);
  });

  test("a blob that is not there, or has other bytes, is not placed", async () => {
    const made = await make();
    const hash = hashOf(bytesOf("wanted"));
    const as = { file: path.join(temporaryFolder(), "out"), hash };
    expect(await made.open().placeFile(keyOf(hash), as)).toBe("missing");
    made.open().write(keyOf(hash), [bytesOf("others")]);
    expect(await made.open().placeFile(keyOf(hash), as)).toBe("damaged");
    expect(fs.existsSync(as.file)).toBe(false);
  });

  test("a placed file is a read-only copy: writing to it all the same changes no blob", async () => {
    const made = await make();
    const folder = temporaryFolder();
    const [file, first, second] = ["in", "first", "second"].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    fs.writeFileSync(file, "as it was stored");
    const { hash } = await made.open().takeFile(file, keyOf);
    expect(await made.open().placeFile(keyOf(hash), { file: first, hash })).toBe("placed");
    const found = fs.lstatSync(first);
    expect([found.isFile(), found.nlink]).toEqual([true, 1]);
    if (process.platform !== "win32") expect(found.mode & 0o222).toBe(0);
    fs.chmodSync(first, 0o644);
    fs.writeFileSync(first, "written to");
    expect(await made.open().placeFile(keyOf(hash), { file: second, hash })).toBe("placed");
    expect(fs.readFileSync(second, "utf8")).toBe("as it was stored");
  });

  test("what lies at a place is left, and does where it has the bytes", async () => {
    const made = await make();
    const hash = hashOf(bytesOf("wanted"));
    made.open().write(keyOf(hash), [bytesOf("wanted")]);
    const as = { file: path.join(temporaryFolder(), "out"), hash };
    for (const [there, wanted] of [
      ["others", "occupied"],
      ["wanted", "placed"],
    ] as const) {
      fs.writeFileSync(as.file, there);
      expect(await made.open().placeFile(keyOf(hash), as)).toBe(wanted);
      expect(fs.readFileSync(as.file, "utf8")).toBe(there);
    }
  });
}
