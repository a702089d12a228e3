import { execFile } from "node:child_process";
import { randomFillSync } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import type { Side } from "../bench-case.ts";
import { cleanEnvironment } from "../environment.ts";
import type { FileJob, FileJobResult } from "./file-job.ts";
import { bundledProgram } from "../bundled-program.ts";

const PIECE_BYTES = 16_000_000;
/** Beyond the process itself, whatever the size of the file. */
const MOST_MB = 100;

/** What the sides of a case share. */
export interface FileBench {
  readonly folder: string;
  /** Of random bytes. */
  readonly file: string;
  readonly program: string;
}

export async function prepareFileBench({ folder, mb }: { folder: string; mb: number }): Promise<FileBench> {
  const file = path.join(folder, "model.bin");
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let left = mb * 1_000_000; left > 0; left -= PIECE_BYTES)
    fs.appendFileSync(file, randomFillSync(piece).subarray(0, Math.min(left, PIECE_BYTES)));
  return { folder, file, program: await bundledProgram(path.join(import.meta.dirname, "file-program.ts"), folder) };
}

/** The least that a store of hashed files does, by the system's own programs: `sha256sum` and `cp`. */
export function floorSide({ folder, file }: FileBench): Side {
  return {
    label: "sha256sum and cp",
    async measure() {
      const target = path.join(fs.mkdtempSync(path.join(folder, "copy-")), "model.bin");
      await promisify(execFile)("sync");
      const startedMs = performance.now();
      await promisify(execFile)("sh", ["-c", 'sha256sum "$0" && cp "$0" "$1"', file, target]);
      const ms = performance.now() - startedMs;
      fs.rmSync(path.dirname(target), { recursive: true });
      return ms;
    },
  };
}

/** `file()` as a step calls it, or `.path()` of what it stored. */
export async function millraceSide(bench: FileBench, action: FileJob["action"]): Promise<Side> {
  const { folder, file } = bench;
  const kept = path.join(folder, "kept");
  if (action === "get") await runJob(bench, { action: "put", file, store: kept });
  const peaksMb: number[] = [];
  return {
    label: "Millrace",
    async measure() {
      const store = action === "get" ? kept : fs.mkdtempSync(path.join(folder, "store-"));
      const { ms, peakBytes } = await runJob(bench, { action, file, store });
      if (action === "put") fs.rmSync(store, { recursive: true });
      if (peakBytes !== null) peaksMb.push(peakBytes / 1e6);
      return ms;
    },
    figures: () =>
      peaksMb.length === 0
        ? []
        : [{ label: "Millrace's peak memory beyond the process", unit: "MB", samples: peaksMb, atMost: MOST_MB }],
  };
}

async function runJob({ folder, program }: FileBench, job: FileJob): Promise<FileJobResult> {
  // Copies that are asked for lie on the disk of the store, as `cp`'s do.
  const env = cleanEnvironment({ TMPDIR: folder });
  const args = ["--expose-gc", program, JSON.stringify(job)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout) as FileJobResult;
}
