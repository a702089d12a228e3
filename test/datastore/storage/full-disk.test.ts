import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { blobKey } from "../../../runtime/datastore/blob-key.ts";
import { blobs, hashOf } from "../../../runtime/datastore/blobs.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { localStorage } from "../../../runtime/datastore/local/local-storage.ts";
import type { Storage } from "../../../runtime/datastore/storage.ts";
import { isMillraceError } from "../../../sdk/base/millrace-error.ts";
import { flow, flowFolder } from "../../e2e/cli/flow-folder.ts";
import { millrace, readArtifacts, temporaryFolder, withRun } from "../../rigs/harness.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { SMALL_DISK, smallDisk } from "../../rigs/small-disk.ts";
import { pattern } from "./contract/under-test.ts";

const MB = 1 << 20;
const BYTES = pattern(MB);

const WRITES: Readonly<Record<string, (storage: Storage, key: string) => void>> = {
  write: (storage, key) => storage.write(key, [BYTES]),
  create: (storage, key) => void storage.create(key, [BYTES]),
  deposit(storage, key) {
    storage.deposit(key, [BYTES]);
    storage.flush();
  },
  append(storage, key) {
    const appender = storage.append(key);
    try {
      void appender.append(BYTES);
      appender.flush();
    } finally {
      appender.close();
    }
  },
};

describeWith(SMALL_DISK, "a disk that is full or closed", () => {
  describe.each([
    ["a folder", false],
    ["a durable folder", true],
  ])("%s", (_, isDurable) => {
    test.each(Object.entries(WRITES))(
      "%s into a full disk is a clear error, leaves what was there, and goes well once there is space",
      (name, write) => {
        const disk = smallDisk(8);
        const storage = localStorage(path.join(disk.folder, "store"), { isDurable });
        storage.write("old", [BYTES]);
        disk.fill(MB / 2);
        expect(failureOf(() => write(storage, "new"))).toMatch(/Cannot write new .*[^]*the disk is full/);
        expect(BYTES.equals(storage.read("old")!)).toBe(true);
        if (name !== "append") expect([...storage.walk("")].map(({ key }) => key)).toEqual(["old"]);
        disk.free();
        write(storage, "again");
        expect(BYTES.equals(storage.read("again")!)).toBe(true);
      },
    );

    test("a stored file that the disk does not take is told, and nothing of it is left", async () => {
      const storage = localStorage(path.join(temporaryFolder(), "store"), { isDurable });
      const hash = hashOf([BYTES]);
      storage.write(blobKey(hash), [BYTES]);
      const disk = smallDisk(4);
      disk.fill(MB / 2);
      const file = path.join(disk.folder, "placed");
      await expect(blobs(storage).place(hash, file)).rejects.toThrow("it cannot be written there");
      expect(fs.existsSync(file)).toBe(false);
      disk.free();
      await blobs(storage).place(hash, file);
      expect(BYTES.equals(fs.readFileSync(file))).toBe(true);
    });

    test("an object that cannot be replaced for want of space stays as it was", () => {
      const disk = smallDisk(4);
      const storage = localStorage(path.join(disk.folder, "store"), { isDurable });
      storage.write("key", [BYTES]);
      disk.fill(1000);
      failureOf(() => storage.write("key", [pattern(MB, 9)]));
      expect(BYTES.equals(storage.read("key")!)).toBe(true);
    });

    test("behind an append that failed nothing more is stored, though there is space again", () => {
      const disk = smallDisk(4);
      const storage = localStorage(path.join(disk.folder, "store"), { isDurable });
      const appender = storage.append("log");
      void appender.append("one\n");
      disk.fill();
      failureOf(() => void appender.append(BYTES));
      disk.free();
      failureOf(() => void appender.append("three\n"));
      appender.close();
      const text = Buffer.from(storage.read("log")!).toString("latin1");
      expect(text.startsWith("one\n")).toBe(true);
      expect(text).not.toContain("three");
    });
  });

  test.each(Object.entries(WRITES))("%s into a read-only file system is a clear error; reading goes on", (_, write) => {
    const disk = smallDisk(4);
    const storage = localStorage(path.join(disk.folder, "store"));
    storage.write("old", [BYTES]);
    disk.setReadOnly(true);
    expect(failureOf(() => write(storage, "new"))).toMatch(/read-only/);
    storage.deposit("old", [BYTES]);
    expect(storage.flush()).toEqual([]);
    expect(BYTES.equals(storage.read("old")!)).toBe(true);
    expect(storage.list("")).toEqual(["old"]);
    disk.setReadOnly(false);
    write(storage, "new");
  });

  test("a run whose disk fills up says so, loses nothing, and is resumed once there is space", async () => {
    const disk = smallDisk(24);
    const datastore = path.join(disk.folder, "store");
    const cwd = flowFolder({ "flow.ts": GROWS });
    fs.mkdirSync(datastore);
    disk.fill(6 * MB);
    const failed = await millrace(["run", "flow.ts"], { cwd, datastore });
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain("the disk is full");
    const store = openDatastore(datastore);
    const [origin = ""] = store.runs("SampleFlow");
    const done = [...store.record("SampleFlow", origin).committed()].filter(
      ({ result }) => result.status === "succeeded",
    );
    expect(done.length).toBeGreaterThan(0);
    disk.free();
    const resumed = withRun(await millrace(["resume", "flow.ts"], { cwd, datastore }));
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(readArtifacts(resumed, "end")).toMatchObject({ total: 8 });
    expect(resumed.summary.tasks.filter(({ isReused }) => isReused).length).toBeGreaterThanOrEqual(done.length);
    const checked = await millrace(["fsck", "flow.ts"], { cwd, datastore });
    expect(checked.code, checked.stdout + checked.stderr).toBe(0);
  });

  test("a run into a read-only store is refused with a clear error, and what is there can be looked at", async () => {
    const disk = smallDisk(24);
    const datastore = path.join(disk.folder, "store");
    const cwd = flowFolder({ "flow.ts": GROWS });
    expect((await millrace(["run", "flow.ts"], { cwd, datastore })).code).toBe(0);
    disk.setReadOnly(true);
    const refused = await millrace(["run", "flow.ts"], { cwd, datastore });
    expect([1, 2]).toContain(refused.code);
    expect(refused.stderr).toMatch(/read-only/);
    for (const command of ["runs", "status", "dump", "logs", "fsck"]) {
      const seen = await millrace([command, "flow.ts"], { cwd, datastore });
      expect(seen.code, seen.stdout + seen.stderr).toBe(0);
    }
  });
});

/** Eight steps after each other, a megabyte each that no other has. */
const GROWS = flow(`
  big!: Uint8Array;
  total = 0;
  grow() {
    this.total += 1;
    this.big = Uint8Array.from({ length: 1 << 20 }, (_, at) => (at * at * this.total) >> 5);
  }
  @step start() { this.grow(); this.next(this.a); }
  @step a() { this.grow(); this.next(this.b); }
  @step b() { this.grow(); this.next(this.c); }
  @step c() { this.grow(); this.next(this.d); }
  @step d() { this.grow(); this.next(this.e); }
  @step e() { this.grow(); this.next(this.f); }
  @step f() { this.grow(); this.next(this.end); }
  @step end() { this.grow(); }`);

function failureOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isMillraceError(error)) return error.message;
    throw error;
  }
  throw new Error("it went well");
}
