import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { temporaryFolder } from "./harness.ts";
import type { Need } from "./describe-with.ts";

/** A file system of its own, which a test fills or closes. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all space but so many bytes. */
  fill(left?: number): void;
  /** Gives back what `fill` took. */
  free(): void;
  setReadOnly(isReadOnly: boolean): void;
}

export const SMALL_DISK: Need = { name: "a small tmpfs", missing: reasonAgainst(), isRare: true };

/** Mounted for one test. */
export function smallDisk(megabytes: number): SmallDisk {
  const folder = temporaryFolder();
  mount("-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder);
  onTestFinished(() => void spawnSync("umount", ["--lazy", folder]));
  const filler = path.join(folder, ".filler");
  return {
    folder,
    fill(left = 0) {
      const { bavail, bsize } = fs.statfsSync(folder);
      fs.writeFileSync(filler, Buffer.alloc(Math.max(bavail * bsize - left, 0)), { flag: "a" });
    },
    free: () => fs.rmSync(filler),
    setReadOnly: (isReadOnly) => mount("-o", `remount,${isReadOnly ? "ro" : "rw"}`, folder),
  };
}

function mount(...args: readonly string[]): void {
  const { status, stderr } = spawnSync("mount", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`mount ${args.join(" ")}: ${stderr}`);
}

function reasonAgainst(): string | null {
  if (process.platform !== "linux") return "only Linux has it";
  if (process.getuid?.() !== 0) return "only root may mount one";
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-mount-"));
  const { status, stderr } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], {
    encoding: "utf8",
  });
  if (status === 0) spawnSync("umount", [folder]);
  fs.rmdirSync(folder);
  return status === 0 ? null : `mount said: ${stderr.trim()}`;
}
