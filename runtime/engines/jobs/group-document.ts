import { brokenInvariant, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { hashOf } from "../../datastore/blobs.ts";
import { parsePaper } from "../../datastore/kinds/job.ts";
import { jobsFolder } from "../../datastore/run-keys.ts";
import type { FarSource } from "../../secrets/run-secrets.ts";
import type { Storage } from "../../datastore/storage.ts";
import type { WorkerSetup } from "../../task/worker-command.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import type { JobGroup, RunName } from "./job-service.ts";
import { largest } from "../../../sdk/base/largest.ts";

/** What the jobs of a group share; each has a task spec beside. */
export interface GroupDocument {
  readonly format: 1;
  readonly engine: string;
  /** Enough to find the jobs again. */
  readonly group: Omit<JobGroup, "tasks">;
  readonly setup: JobSetup;
}

/** What a job's worker gets, but for the places that only the container knows. */
export interface JobSetup extends Pick<
  WorkerSetup,
  "flow" | "run" | "documentHash" | "engine" | "maxSplits" | "sourceRoot" | "resultsBy"
> {
  readonly vars: Readonly<Record<string, string>>;
  /** Names of the packages that the step's `@env` adds; the run's document says where they are. */
  readonly environment: { readonly packages: readonly string[] } | null;
  /** Version of Node that the step asks for. */
  readonly node: string | null;
  /** How tasks of a job that takes several are kept apart. @defaultValue `module` */
  readonly isolation?: "module" | "process";
  /** What V8 may use, in MB. */
  readonly heapMb: number;
  /** Whether what the GPUs do is looked at. @defaultValue true */
  readonly samplesGpus?: boolean;
  /** Secrets that the task reads where it runs. Missing in what older versions wrote. */
  readonly secretSources?: readonly FarSource[];
}

export function groupKey(run: RunName, group: string): string {
  return `${jobsFolder(run, group)}/group.jsonl`;
}

/** Most documents are smaller: one read fetches them. */
const HEAD_BYTES = 8192;
const NEWLINE = 0x0a;

/**
 * The document in a line, then one line for each task, all of the same width: one job of ten thousand reads its own
 * line alone.
 */
export function encodeGroup(document: GroupDocument, specs: readonly TaskSpec[]): Buffer {
  const lines = specs.map((spec) => Buffer.from(JSON.stringify(spec)));
  const width = largest(lines.map((line) => line.length)) + 1;
  const body = Buffer.alloc(width * lines.length, " ");
  for (const [index, line] of lines.entries()) {
    line.copy(body, index * width);
    body[(index + 1) * width - 1] = NEWLINE;
  }
  return Buffer.concat([Buffer.from(`${JSON.stringify({ ...document, width })}\n`), body]);
}

/** Hash of an encoded group's document: jobs are told it, apart from the store, as they do what the document says. */
export function groupHash(encoded: Buffer): string {
  return hashOf([encoded.subarray(0, encoded.indexOf(NEWLINE) + 1)]);
}

export interface JobPlace {
  readonly key: string;
  /** See {@link groupHash}. */
  readonly hash: string;
  /** Which job of the group. */
  readonly index: number;
}

/** What a job of the group needs, read with as little as possible. */
export function readJob(
  storage: Storage,
  { key, hash, index }: JobPlace,
): { readonly document: GroupDocument; readonly spec: TaskSpec } {
  const reader = storage.open(key);
  if (reader === null) throw brokenInvariant(`there is no ${key} in ${storage.location}`);
  try {
    let head = reader.readUpTo(HEAD_BYTES, 0);
    for (let size = HEAD_BYTES * 8; !head.includes(NEWLINE) && head.length < reader.size; size *= 8)
      head = reader.readUpTo(size, 0);
    const start = head.indexOf(NEWLINE) + 1;
    if (hashOf([head.subarray(0, start)]) !== hash) throw swapped(key);
    const { width, ...document } = parseHead(head.toString("utf8", 0, start), key);
    const at = start + index * width;
    const line = at + width <= head.length ? head.subarray(at, at + width) : reader.readUpTo(width, at);
    if (line.length < width) throw brokenInvariant(`${key} has no job ${index}`);
    return { document, spec: parseTask(line.toString(), key) };
  } finally {
    reader.close();
  }
}

function swapped(key: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_SWAPPED",
    headline: `Cannot begin the job because ${key} is not what its launcher wrote`,
    hint: "it was changed while the run goes on: check who may write to the datastore",
  });
}

/** The whole group, as it lies at that key. */
export function decodeGroup(
  bytes: Uint8Array,
  key: string,
): {
  readonly document: GroupDocument;
  readonly specs: readonly TaskSpec[];
} {
  const [head = "", ...lines] = Buffer.from(bytes).toString().trimEnd().split("\n");
  const { format, engine, group, setup } = parseHead(head, key);
  return { document: { format, engine, group, setup }, specs: lines.map((line) => parseTask(line, key)) };
}

function parseHead(line: string, key: string): GroupDocument & { readonly width: number } {
  return parsePaper(line, { key, is: "group" }) as GroupDocument & { readonly width: number };
}

function parseTask(line: string, key: string): TaskSpec {
  return parsePaper(line, { key, is: "task" }) as TaskSpec;
}
