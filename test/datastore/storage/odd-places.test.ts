import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { makeFolders } from "../../../runtime/datastore/local/make-folders.ts";
import { localStorage } from "../../../runtime/datastore/local/local-storage.ts";
import { MILLRACE, temporaryFolder } from "../../rigs/harness.ts";
import { flowFolder, SOUND } from "../../e2e/cli/flow-folder.ts";

function write(place: string): void {
  localStorage(place).write("flows/F/run.json", [Buffer.from("{}")]);
}

function refusal(hint: string): unknown {
  return expect.objectContaining({ code: "MILLRACE_STORAGE", hint: expect.stringContaining(hint) });
}

describe("a datastore in an odd place is a clear error", () => {
  test("below a file", () => {
    const file = path.join(temporaryFolder(), "file");
    fs.writeFileSync(file, "");
    expect(() => write(file)).toThrow(refusal("there is a file where a folder is needed"));
    expect(() => write(path.join(file, "deep/er"))).toThrow(refusal("there is a file where a folder is needed"));
    expect(() => write("/dev/null/x")).toThrow(refusal("there is a file where a folder is needed"));
  });

  test("behind links that form a circle", () => {
    const folder = temporaryFolder();
    for (const [from, to] of [
      ["a", "b"],
      ["b", "c"],
      ["c", "a"],
    ] as const)
      fs.symlinkSync(path.join(folder, to), path.join(folder, from));
    expect(() => write(path.join(folder, "a"))).toThrow(refusal("links form a circle"));
    expect(() => write(path.join(folder, "b/store"))).toThrow(refusal("links form a circle"));
  });

  test("behind a link that leads nowhere, and nothing is made at its end", () => {
    const folder = temporaryFolder();
    fs.symlinkSync(path.join(folder, "gone"), path.join(folder, "link"));
    expect(() => write(path.join(folder, "link"))).toThrow(refusal("or a link that leads nowhere"));
    expect(fs.existsSync(path.join(folder, "gone"))).toBe(false);
  });

  test("under a name that is too long", () => {
    expect(() => write(path.join(temporaryFolder(), "x".repeat(300)))).toThrow(refusal("no names that long"));
  });
});

describe.skipIf(process.platform !== "linux")("where folders are there and take no entries", () => {
  // A process of its own: what goes wrong here blocks everything.
  test.each(["/proc/x", "/proc/self/deep/er", "/dev/fd/x", "/sys/x"])("a run on %s ends at once", (place) => {
    const cwd = flowFolder({ "flow.ts": SOUND });
    const ran = spawnSync(process.execPath, [MILLRACE, "run", "flow.ts", "--datastore", place], {
      cwd,
      encoding: "utf8",
      timeout: 60_000,
      killSignal: "SIGKILL",
    });
    expect(ran.signal).toBeNull();
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain("Cannot write millrace.json in the datastore");
    expect(ran.stderr).toContain("hint:");
  });
});

describe("folders are made", () => {
  test("as many as are missing, and the first of them is told", () => {
    const folder = temporaryFolder();
    expect(makeFolders(path.join(folder, "a/b/c"))).toBe(path.join(folder, "a"));
    expect(makeFolders(path.join(folder, "a/b/c"))).toBeUndefined();
    expect(makeFolders(path.join(folder, "a/b/d"))).toBe(path.join(folder, "a/b/d"));
    expect(fs.statSync(path.join(folder, "a/b/d")).isDirectory()).toBe(true);
  });

  test("while another process makes and removes the same ones", async () => {
    const folder = path.join(temporaryFolder(), "gc");
    const code = `
      import fs from "node:fs";
      const folder = ${JSON.stringify(folder)};
      for (let round = 0; round < 800; round += 1) {
        try { fs.mkdirSync(folder); } catch {}
        try { fs.rmdirSync(folder); } catch {}
      }
    `;
    const other = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: "ignore" });
    const isOver = once(other, "exit").then(() => "over");
    while ((await Promise.race([isOver, pause(0)])) !== "over")
      for (let round = 0; round < 100; round += 1) expect(() => makeFolders(folder)).not.toThrow();
  });

  test("behind a link to a folder", () => {
    const folder = temporaryFolder();
    fs.mkdirSync(path.join(folder, "real"));
    fs.symlinkSync(path.join(folder, "real"), path.join(folder, "link"));
    expect(makeFolders(path.join(folder, "link"))).toBeUndefined();
    makeFolders(path.join(folder, "link/store"));
    expect(fs.existsSync(path.join(folder, "real/store"))).toBe(true);
  });
});
