import fs from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { millrace, ROOT } from "../../rigs/harness.ts";
import { flow, flowFolder } from "../cli/flow-folder.ts";

const NOTES = path.join(ROOT, "test/e2e/run/note-fsync.mjs");
const LARGE = flow(`  rows!: Buffer;
  @step start() {
    this.rows = Buffer.alloc(20_000, 7);
    this.next(this.end);
  }
  @step end() {}`);

/** Which files and folders of the store each process had the disk keep, in their order. */
async function synced(args: readonly string[], { env = {}, cwd = flowFolder({ "flow.ts": LARGE }) } = {}) {
  const notes = path.join(cwd, "notes.txt");
  fs.writeFileSync(notes, "");
  const datastore = path.join(cwd, "store");
  const watched = { NODE_OPTIONS: `--import ${NOTES}`, FSYNC_NOTES: notes, ...env };
  const seen = await millrace(args, { cwd, datastore, env: watched });
  expect(seen.code, seen.stderr).toBe(0);
  const real = fs.realpathSync(datastore);
  const lines = fs.readFileSync(notes, "utf8").split("\n").slice(0, -1);
  return {
    cwd,
    lines: lines.map((line) => {
      const [pid = "", file = ""] = line.split(" ");
      return { pid, key: path.relative(real, file).replace(/\d{8}-\d{9}-\w+/, "RUN") };
    }),
  };
}

// Linux tells which file a descriptor is.
describe.skipIf(process.platform !== "linux")("--durable", () => {
  test("has the disk keep each record and blob, and its name, before anything goes on", async () => {
    const { lines, cwd } = await synced(["run", "flow.ts", "--durable"]);
    const keys = lines.map(({ key }) => key);
    const files = [/^flows\/SampleFlow\/RUN\/\.tmp-/, /^flows\/SampleFlow\/RUN\/journal\.jsonl/, /^\.tmp-/];
    for (const file of files) expect(keys).toContainEqual(expect.stringMatching(file));
    for (const folder of ["", "flows", "flows/SampleFlow", "flows/SampleFlow/RUN"]) expect(keys).toContain(folder);
    // In the process that executed the step: the artifact, its name, then the line that names it.
    const commit = lines.find(({ key }) => key.includes("/results/") && key.endsWith(".jsonl"));
    const worker = lines.filter(({ pid }) => pid === commit?.pid).map(({ key }) => key);
    const order = [/^blobs\/sha256\/\w\w\/\.tmp-/, /^blobs\/sha256\/\w\w$/, /results\/.*\.jsonl$/];
    const places = order.map((pattern) => worker.findIndex((key) => pattern.test(key)));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect((await synced(["resume", "flow.ts", "--durable"], { cwd })).lines).not.toEqual([]);
  });

  test("is asked for by MILLRACE_DURABLE=1, too, and is off otherwise", async () => {
    expect((await synced(["run", "flow.ts"])).lines).toEqual([]);
    const { lines } = await synced(["run", "flow.ts"], { env: { MILLRACE_DURABLE: "1" } });
    expect(lines.some(({ key }) => key.includes("/results/"))).toBe(true);
  });
});
