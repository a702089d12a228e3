import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { type Headers, pack } from "tar-stream";
import { describe, expect, test } from "vitest";
import type { Blobs } from "../../../runtime/datastore/blobs.ts";
import { openDatastore, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import { bundleFlow } from "../../../runtime/package/bundle.ts";
import { packArchive, type PackProgress } from "../../../runtime/package/ship/pack-archive.ts";
import { type PreparedShipment, prepareShipment } from "../../../runtime/package/ship/prepare-shipment.ts";
import { storeShipment } from "../../../runtime/package/ship/store-shipment.ts";
import { unpackArchive } from "../../../runtime/package/ship/unpack-archive.ts";
import { temporaryFolder } from "../../rigs/harness.ts";
import { filesBelow, folderOf, packageIn } from "./shipped.ts";

const FILES = {
  "package.json": JSON.stringify({ type: "module" }),
  "flow.ts": 'import "one";\nexport const seen = new URL("./data", import.meta.url);\n',
  "data/ä.txt": "ä",
  [`data/${"long/".repeat(30)}${"name".repeat(30)}.txt`]: "long",
  ...packageIn("node_modules/one", { name: "one" }, { "index.js": "exports.one = 1;" }),
};

async function prepared(
  project: string,
  { cacheFolder = temporaryFolder(), progress }: { cacheFolder?: string; progress?: (done: PackProgress) => void } = {},
): Promise<PreparedShipment> {
  const bundle = await bundleFlow(path.join(project, "flow.ts"));
  return prepareShipment(bundle, {
    cwd: project,
    include: [],
    cacheFolder,
    ...(progress === undefined ? {} : { progress }),
  });
}

function freshBlobs(): Blobs {
  const store = openDatastore(path.join(temporaryFolder(), "store"));
  prepareDatastore(store);
  return store.blobs;
}

test("equal files make equal archives, wherever they lie and whenever they were written", async () => {
  const [one, other] = [folderOf(FILES), folderOf(Object.fromEntries(Object.entries(FILES).reverse()))];
  fs.utimesSync(path.join(other, "node_modules/one/index.js"), 1, 1);
  fs.chmodSync(path.join(other, "node_modules/one/index.js"), 0o600);
  const [a, b] = [await prepared(one), await prepared(other)];
  expect(a.archives.map(({ kind, blob }) => [kind, blob])).toEqual(b.archives.map(({ kind, blob }) => [kind, blob]));
  expect(a.archives.map(({ kind }) => kind)).toEqual(["modules", "files"]);
});

test("a second launch packs nothing, and progress is told where something is packed", async () => {
  const project = folderOf(FILES);
  const cacheFolder = temporaryFolder();
  const told: PackProgress[] = [];
  const first = await prepared(project, { cacheFolder, progress: (done) => told.push(done) });
  expect(told.map(({ files, totalFiles }) => `${files}/${totalFiles}`)).toEqual(["0/2", "1/2", "0/3", "1/3", "2/3"]);
  const again = await prepared(project, { cacheFolder, progress: () => expect.unreachable() });
  expect(again).toEqual(first);
  expect(filesBelow(cacheFolder)).toHaveLength(2);
});

test("a cache that cannot be written is named", async () => {
  const cacheFolder = path.join(temporaryFolder(), "file");
  fs.writeFileSync(cacheFolder, "");
  await expect(prepared(folderOf(FILES), { cacheFolder })).rejects.toMatchObject({
    code: "MILLRACE_PACKAGE",
    headline: `Cannot pack what is to be shipped because the cache cannot be written: ${path.join(cacheFolder, "shipments")}`,
  });
});

test("of the archives that were not used lately the ten latest are kept", async () => {
  const project = folderOf(FILES);
  const cacheFolder = temporaryFolder();
  const folder = path.join(cacheFolder, "shipments");
  fs.mkdirSync(folder);
  const hoursAgo = (hours: number) => Date.now() / 1000 - hours * 3600;
  for (let at = 0; at < 14; at += 1) {
    const file = path.join(folder, `${at}-x.tgz`);
    fs.writeFileSync(file, "");
    fs.utimesSync(file, hoursAgo(2 + at), hoursAgo(2 + at));
  }
  fs.writeFileSync(path.join(folder, ".tmp-1-gone"), "");
  fs.utimesSync(path.join(folder, ".tmp-1-gone"), hoursAgo(2), hoursAgo(2));
  const { archives } = await prepared(project, { cacheFolder });
  const own = archives.map(({ file }) => path.basename(file));
  expect(fs.readdirSync(folder).sort()).toEqual(
    [...own, ...[0, 1, 2, 3, 4, 5, 6, 7].map((at) => `${at}-x.tgz`)].sort(),
  );
});

test("storing twice stores once; a damaged cache is found before it is stored", async () => {
  const shipment = await prepared(folderOf(FILES));
  const blobs = freshBlobs();
  expect(storeShipment(blobs, shipment)).toEqual(storeShipment(blobs, shipment));
  blobs.settle();
  const [modules] = shipment.archives;
  expect(createHash("sha256").update(blobs.get(modules!.blob)).digest("hex")).toBe(modules!.blob);
  fs.appendFileSync(modules!.file, "x");
  expect(() => storeShipment(freshBlobs(), shipment)).toThrow("cached archive is damaged");
  expect(fs.existsSync(modules!.file)).toBe(false);
});

test("a large file comes out as it went in", async () => {
  const project = folderOf(FILES);
  const bytes = Buffer.alloc(20e6, "0123456789abcdef-");
  fs.writeFileSync(path.join(project, "data/large.bin"), bytes);
  const blobs = freshBlobs();
  const { archives } = storeShipment(blobs, await prepared(project));
  const folder = temporaryFolder();
  for (const { blob } of archives) await unpackArchive(blobs, blob, folder);
  expect(fs.readFileSync(path.join(folder, "data/large.bin")).equals(bytes)).toBe(true);
});

test("whoever looks while files are unpacked finds each of them whole, or not at all", async () => {
  const bytes = Buffer.alloc(24_000_000, "a large one ");
  const project = folderOf(FILES);
  fs.writeFileSync(path.join(project, "data/large.bin"), bytes);
  const blobs = freshBlobs();
  const { archives } = storeShipment(blobs, await prepared(project));
  const folder = temporaryFolder();
  const sizes = new Set<number | undefined>();
  let isOver = false;
  const look = () => {
    sizes.add(fs.statSync(path.join(folder, "data/large.bin"), { throwIfNoEntry: false })?.size);
    if (!isOver) setImmediate(look);
  };
  look();
  for (const { blob } of archives) await unpackArchive(blobs, blob, folder);
  isOver = true;
  expect([...sizes].filter((size) => size !== undefined && size !== bytes.length)).toEqual([]);
  expect(filesBelow(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
});

test("a mode is executable or not, and nothing else of whoever packed it is in the archive", async () => {
  const [modules] = (await prepared(folderOf(FILES))).archives;
  const tar = gunzipSync(fs.readFileSync(modules!.file));
  const field = (at: number, length: number) => tar.toString("latin1", at, at + length).replace(/[\0 ]+$/, "");
  expect({
    name: field(0, 100),
    mode: field(100, 8),
    uid: field(108, 8),
    gid: field(116, 8),
    mtime: field(136, 12),
  }).toEqual({
    name: "node_modules/one/index.js",
    mode: "000644",
    uid: "000000",
    gid: "000000",
    mtime: "00000000000",
  });
});

test("a file that cannot be read is named", async () => {
  const entry = {
    path: "/absent/x.txt",
    name: "x.txt",
    size: 1,
    stamp: "",
    isExecutable: false,
    target: null,
    linkName: null,
  };
  const file = path.join(temporaryFolder(), "x.tgz");
  await expect(packArchive([entry], { file, progress: () => undefined })).rejects.toMatchObject({
    code: "MILLRACE_PACKAGE",
    headline: "Cannot ship /absent/x.txt because it cannot be read, or changed while it was read",
    details: [expect.stringContaining("ENOENT")],
  });
  const large = path.join(temporaryFolder(), "large.bin");
  fs.writeFileSync(large, "");
  fs.truncateSync(large, 17e6);
  await expect(
    packArchive([{ ...entry, path: large, size: 18e6 }], { file, progress: () => undefined }),
  ).rejects.toMatchObject({
    headline: `Cannot ship ${large} because it cannot be read, or changed while it was read`,
  });
});

describe("unpacking", () => {
  async function unpacked(
    entries: readonly (Headers | [Headers, string])[],
    folder = temporaryFolder(),
  ): Promise<string> {
    const tar = pack();
    for (const entry of entries) {
      if (Array.isArray(entry)) tar.entry(entry[0], entry[1]);
      else tar.entry(entry);
    }
    tar.finalize();
    const parts: Buffer[] = [];
    for await (const part of tar as AsyncIterable<Buffer>) parts.push(part);
    const bytes = gzipSync(Buffer.concat(parts));
    const hash = createHash("sha256").update(bytes).digest("hex");
    const blobs = freshBlobs();
    blobs.put(hash, [bytes]);
    blobs.settle();
    await unpackArchive(blobs, hash, path.join(folder, "in"));
    return path.join(folder, "in");
  }
  const symlink = (name: string, linkname: string): Headers => ({ name, type: "symlink", linkname });

  test.each<[string, readonly (Headers | [Headers, string])[]]>([
    ["an absolute name", [[{ name: "/tmp/x" }, "x"]]],
    ["a name that climbs out", [[{ name: "a/../../x" }, "x"]]],
    ["a link to an absolute path", [symlink("a", "/etc")]],
    ["a link that climbs out", [symlink("a/b", "../../x")]],
    ["a link that climbs out by way of another", [symlink("a", "."), symlink("b", "a/..")]],
    ["a link within a linked folder", [[{ name: "d/e/x" }, "x"], symlink("a", "d/e"), symlink("a/up", "../..")]],
    ["a file behind a link", [[{ name: "d/x" }, "x"], symlink("a", "d"), [{ name: "a/y" }, "y"]]],
    ["a hard link", [{ name: "a", type: "link", linkname: "/etc/passwd" }]],
    ["a device", [{ name: "a", type: "character-device" }]],
  ])("%s is refused", async (_what, entries) => {
    const folder = temporaryFolder();
    await expect(unpacked(entries, folder)).rejects.toMatchObject({ code: "MILLRACE_ARCHIVE" });
    expect(fs.readdirSync(folder)).toEqual(["in"]);
  });

  test("a file takes the place of a link, and does not follow it", async () => {
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, "outside"), "old");
    fs.mkdirSync(path.join(folder, "in"));
    fs.symlinkSync(path.join(folder, "outside"), path.join(folder, "in/a"));
    const unpackedTo = await unpacked([[{ name: "a" }, "new"], symlink("b", "a"), symlink("b", "a")], folder);
    expect(fs.readFileSync(path.join(folder, "outside"), "utf8")).toBe("old");
    expect(fs.readFileSync(path.join(unpackedTo, "b"), "utf8")).toBe("new");
  });
});
