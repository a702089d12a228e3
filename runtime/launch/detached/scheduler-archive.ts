import fs from "node:fs";
import zlib from "node:zlib";
import { brokenInvariant } from "../../../sdk/base/millrace-error.ts";
import { hashOf } from "../../datastore/blobs.ts";
import { ownFile } from "../../own-file.ts";

/** What drives a run, beside what executes its tasks. */
const PROGRAMS = [
  "scheduler-job.js",
  "cli.cjs",
  "bootstrap.js",
  "config-formats.cjs",
  "docker.cjs",
  "batch.cjs",
  "kubernetes.cjs",
];

/** Millrace as a job gets it that drives a run: laid out again by `bootstrap.ts`. */
export function schedulerArchive(): { readonly hash: string; readonly bytes: Buffer } {
  const packed = fs.readFileSync(ownFile("container-runtime.bin"));
  const end = packed.indexOf("\n") + 1;
  const head = namedSizes(JSON.parse(packed.toString("utf8", 0, end)));
  const added = PROGRAMS.map((name) => ({ file: `dist/${name}`, bytes: fs.readFileSync(ownFile(name)) }));
  const files = [...head, ...added.map(({ file, bytes }) => [file, bytes.length] as const)];
  const all = [Buffer.from(`${JSON.stringify(files)}\n`), packed.subarray(end), ...added.map(({ bytes }) => bytes)];
  const bytes = zlib.gzipSync(Buffer.concat(all));
  return { hash: hashOf([bytes]), bytes };
}

/** What the first line of an archive says: each file with its size. */
function namedSizes(head: unknown): readonly (readonly [file: string, size: number])[] {
  const isRow = (row: unknown): row is [string, number] =>
    Array.isArray(row) && row.length === 2 && typeof row[0] === "string" && Number.isSafeInteger(row[1]);
  if (!Array.isArray(head) || !head.every(isRow))
    throw brokenInvariant("the package's archive of its runtime is damaged");
  return head;
}
