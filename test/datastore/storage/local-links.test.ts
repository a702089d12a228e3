import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { localStorage } from "../../../runtime/datastore/local/local-storage.ts";
import type { Storage } from "../../../runtime/datastore/storage.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { bytesOf, textOf } from "./contract/under-test.ts";

let root: string;
let outside: string;
let storage: Storage;

beforeEach(() => {
  const folder = temporaryFolder();
  root = path.join(folder, "store");
  outside = path.join(folder, "outside");
  fs.mkdirSync(path.join(root, "a"), { recursive: true });
  fs.mkdirSync(outside);
  fs.writeFileSync(path.join(outside, "secret"), "a secret\n");
  storage = localStorage(root);
});

const READS: Readonly<Record<string, (key: string) => unknown>> = {
  read: (key) => storage.read(key),
  open: (key) => storage.open(key),
  tail: (key) => storage.tail(key).next(),
  end: (key) => storage.end(key, 10),
};
const WRITES: Readonly<Record<string, (key: string) => unknown>> = {
  write: (key) => storage.write(key, [bytesOf("x")]),
  create: (key) => storage.create(key, [bytesOf("x")]),
  deposit: (key) => storage.deposit(key, [bytesOf("a secret\n")]),
  append: (key) => storage.append(key).append("x"),
  remove: (key) => storage.remove([key]),
};

describe("a link inside the folder", () => {
  test.each(Object.entries(READS))("is not followed by %s, wherever it lies on the way", (_, read) => {
    fs.symlinkSync(path.join(outside, "secret"), path.join(root, "a/file"));
    fs.symlinkSync(outside, path.join(root, "folder"));
    fs.symlinkSync(path.join(root, "a"), path.join(root, "inner"));
    for (const key of ["a/file", "folder/secret", "inner/file"])
      expect(() => read(key), key).toThrow(expect.objectContaining({ code: "MILLRACE_NOT_AN_OBJECT" }));
  });

  test.each(Object.entries(WRITES))("leads %s nowhere", (_, write) => {
    fs.symlinkSync(path.join(outside, "secret"), path.join(root, "a/file"));
    fs.symlinkSync(path.join(outside, "nothing"), path.join(root, "a/dangling"));
    fs.symlinkSync(outside, path.join(root, "folder"));
    fs.utimesSync(path.join(outside, "secret"), 1, 1);
    for (const key of ["a/file", "a/dangling", "folder/secret", "folder/deep/new"]) {
      try {
        write(key);
      } catch (error) {
        expect(error).toMatchObject({ code: "MILLRACE_NOT_AN_OBJECT" });
      }
    }
    expect(fs.readdirSync(outside)).toEqual(["secret"]);
    expect(fs.readFileSync(path.join(outside, "secret"), "utf8")).toBe("a secret\n");
    expect(fs.statSync(path.join(outside, "secret")).mtimeMs).toBe(1000);
  });

  test("is not listed, not walked and not there", () => {
    storage.write("a/real", [bytesOf("1")]);
    fs.symlinkSync(path.join(outside, "secret"), path.join(root, "a/file"));
    fs.symlinkSync(outside, path.join(root, "a/folder"));
    expect(storage.list("a")).toEqual(["real"]);
    expect([...storage.walk("")].map(({ key }) => key)).toEqual(["a/real"]);
    expect(storage.has("a/file")).toBe(false);
    expect(() => storage.list("a/folder")).toThrow(/a\/folder .* it is a link/);
    expect(() => [...storage.walk("a/folder")]).toThrow(/it is a link/);
  });

  test("makes place for what is deposited there: the same bytes behind a link are not ours", () => {
    fs.symlinkSync(path.join(outside, "secret"), path.join(root, "a/file"));
    storage.deposit("a/file", [bytesOf("a secret\n")]);
    expect(fs.lstatSync(path.join(root, "a/file")).isFile()).toBe(true);
  });

  test("that takes a folder's place while we work is seen a second later", async () => {
    storage.write("b/real", [bytesOf("1")]);
    expect(textOf(storage.read("b/real"))).toBe("1");
    fs.renameSync(path.join(root, "b"), path.join(root, "c"));
    fs.symlinkSync(outside, path.join(root, "b"));
    await expect.poll(() => reads("b/secret"), { timeout: 5000 }).toBe("MILLRACE_NOT_AN_OBJECT");
  });

  test("may be the folder itself", () => {
    fs.symlinkSync(root, path.join(outside, "store"));
    const other = localStorage(path.join(outside, "store"));
    other.write("a/b", [bytesOf("1")]);
    expect([textOf(storage.read("a/b")), other.list("a")]).toEqual(["1", ["b"]]);
  });
});

describe.skipIf(process.platform === "win32")("what is neither file nor folder", () => {
  beforeEach(() => execFileSync("mkfifo", [path.join(root, "a/pipe")]));

  test.each(Object.entries({ ...READS, append: WRITES["append"]! }))("does not hold up %s", (_, use) => {
    expect(() => use("a/pipe")).toThrow(/a\/pipe .* it is a named pipe/);
  });

  test("is not listed and not walked", () => {
    expect([storage.list("a"), [...storage.walk("a")], storage.has("a/pipe")]).toEqual([[], [], false]);
  });

  test("makes place for what is written there", () => {
    storage.write("a/pipe", [bytesOf("1")]);
    expect(textOf(storage.read("a/pipe"))).toBe("1");
  });
});

test("a name that is no key is not listed and not walked", () => {
  for (const name of ["back\\slash", "new\nline", "c:d", "..."]) fs.writeFileSync(path.join(root, "a", name), "");
  expect([storage.list("a"), [...storage.walk("")]]).toEqual([[], []]);
});

test("a file that is larger than any record is not read whole, however little of it is on the disk", () => {
  fs.writeFileSync(path.join(root, "a/hole"), "");
  fs.truncateSync(path.join(root, "a/hole"), 1e12);
  expect(() => storage.read("a/hole")).toThrow(expect.objectContaining({ code: "MILLRACE_TOO_LARGE" }));
  expect(storage.end("a/hole", 10)).toEqual({ bytes: Buffer.alloc(10), isWhole: false });
});

function reads(key: string): unknown {
  try {
    return textOf(storage.read(key));
  } catch (error) {
    return (error as { code?: string }).code;
  }
}
