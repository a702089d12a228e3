import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { FsckReport } from "../../../runtime/datastore/maintenance/problem.ts";
import { hashOf } from "../../../runtime/datastore/blobs.ts";
import { filesIn, pictureOf } from "../../datastore/maintenance/stored-run.ts";
import { millrace } from "../../rigs/harness.ts";
import { flow, flowFolder } from "./flow-folder.ts";

const FLOW = flow(`  items = [1, 2, 3];
  rows!: Buffer;
  model!: Buffer;
  @step start() { this.next(this.work, { foreach: "items" }); }
  @step work(item: number) {
    this.rows = Buffer.alloc(5000, item);
    this.next(this.join);
  }
  @step join(inputs: { rows: Buffer }[]) {
    this.model = Buffer.concat(inputs.map(({ rows }) => rows));
    this.next(this.end);
  }
  @step end() {}`);

/** A project with a finished run and one that resumed it, and how to ask about its store. */
async function project() {
  const cwd = flowFolder({ "flow.ts": FLOW });
  const at = { cwd, datastore: path.join(cwd, "store") };
  expect((await millrace(["run", "flow.ts"], at)).code).toBe(0);
  const [run = ""] = fs.readdirSync(path.join(at.datastore, "flows/SampleFlow"));
  expect((await millrace(["resume", "flow.ts", "join"], at)).code).toBe(0);
  const fsck = async (...args: string[]) => {
    const seen = await millrace(["fsck", "flow.ts", ...args], at);
    return { ...seen, report: args.includes("--json") ? (JSON.parse(seen.stdout) as FsckReport) : null };
  };
  return { ...at, run, fsck };
}

/** The file of a blob with these bytes in it. */
function blobWith(datastore: string, bytes: Buffer): string {
  return filesIn(path.join(datastore, "blobs")).find((file) => fs.readFileSync(file).includes(bytes)) ?? "";
}

function flipBit(file: string): void {
  const bytes = fs.readFileSync(file);
  bytes[bytes.length - 10] = (bytes[bytes.length - 10] ?? 0) ^ 1;
  fs.writeFileSync(file, bytes);
}

describe("fsck", () => {
  test("finds a store sound, and changes nothing", async () => {
    const { datastore, fsck } = await project();
    const before = pictureOf(datastore);
    for (const args of [[], ["--quick"]]) {
      const seen = await fsck(...args);
      expect(seen.code).toBe(0);
      expect(seen.stdout).toMatch(/2 runs, 8 results, \d+ blobs \(.*\): .*sound/);
    }
    expect(pictureOf(datastore)).toEqual(before);
  });

  test("tells what a damaged artifact loses and how to mend it; what it says to do mends it", async () => {
    const { datastore, cwd, run, fsck } = await project();
    const file = blobWith(
      datastore,
      Buffer.concat([Buffer.alloc(2000, 1), Buffer.alloc(5000, 2), Buffer.alloc(5000, 3)]),
    );
    flipBit(file);
    const told = await fsck();
    expect(told.code).toBe(1);
    expect(told.stdout).toContain(`SampleFlow/${run}/join/5 artifact "model"`);
    expect(told.stdout).toContain(`fix: fsck --repair, then resume join --origin-run-id ${run}`);
    const repaired = await fsck("--repair", "--json");
    expect(repaired.code).toBe(1);
    expect(repaired.report).toMatchObject({ problems: [{ kind: "blob", lossCount: 4 }], leftovers: { setAside: 1 } });
    expect(fs.existsSync(file)).toBe(false);
    const resumed = await millrace(["resume", "flow.ts", "join", "--origin-run-id", run], { cwd, datastore });
    expect(resumed.code, resumed.stderr).toBe(0);
    expect((await fsck()).code).toBe(0);
    const [, folder = "", name = ""] = /([0-9a-f]{2})\/([0-9a-f]{62})$/.exec(file) ?? [];
    expect(hashOf([fs.readFileSync(file)])).toBe(folder + name);
  });

  test("mends a damaged millrace.json, after which the store opens again", async () => {
    const { datastore, cwd, fsck } = await project();
    fs.writeFileSync(path.join(datastore, "millrace.json"), "");
    expect((await millrace(["runs", "flow.ts"], { cwd, datastore })).code).not.toBe(0);
    expect((await fsck()).code).toBe(1);
    const repaired = await fsck("--repair");
    expect([repaired.code, repaired.stdout]).toEqual([0, expect.stringContaining("repaired store millrace.json")]);
    expect((await millrace(["runs", "flow.ts"], { cwd, datastore })).code).toBe(0);
  });
});
