import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { localStorage } from "../../../runtime/datastore/local/local-storage.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

const SCRIPT = fileURLToPath(new URL("touch-as-nobody.ts", import.meta.url));
const BYTES = Buffer.from("another user's");

/** What another user gets who touches an old and a missing object of ours. */
function touchedByAnother(mode: number): { missing?: string[]; refreshed?: string[]; failure?: string; file: string } {
  const root = temporaryFolder();
  localStorage(root).write("shared/old", [BYTES]);
  const [folder, file] = [path.join(root, "shared"), path.join(root, "shared", "old")];
  const then = new Date(Date.now() - 3_600_000);
  fs.utimesSync(file, then, then);
  fs.chmodSync(file, 0o444);
  fs.chmodSync(root, 0o755);
  fs.chmodSync(folder, mode);
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", "tsx", SCRIPT, root], { encoding: "utf8" });
  expect(stderr).toBe("");
  return { ...(JSON.parse(stdout) as object), file };
}

// Only root can become another user.
test.skipIf(process.getuid?.() !== 0)(
  "another user's old object is copied to look recent, and one that is gone is told",
  () => {
    const { missing, refreshed, file } = touchedByAnother(0o777);
    expect({ missing, refreshed }).toEqual({ missing: ["shared/gone"], refreshed: ["shared/old"] });
    expect(fs.readFileSync(file)).toEqual(BYTES);
    const { mtimeMs, uid, mode } = fs.statSync(file);
    expect(Date.now() - mtimeMs).toBeLessThan(60_000);
    expect(uid).not.toBe(0);
    expect(mode & 0o777).toBe(0o444);
    expect(fs.readdirSync(path.dirname(file))).toEqual(["old"]);
  },
);

test.skipIf(process.getuid?.() !== 0)("another user's old object that cannot be copied is not told as gone", () => {
  const { failure } = touchedByAnother(0o755);
  expect(failure).toMatch(/Cannot write shared\/old in the datastore: .*EACCES/);
});
