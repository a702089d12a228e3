// Bundled and run as a process of its own for every measurement: `node --expose-gc program.mjs PROGRAM JOB`.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { floorProgram } from "./floor-program.ts";
import type { Job, JobResult, Program } from "./job.ts";
import { type Artifacts, readInput } from "./kinds.ts";
import { millraceProgram } from "./millrace-program.ts";
import { forgetPeak, residentMemory } from "./resident-memory.ts";

const PROGRAMS: Readonly<Record<string, Program>> = { millrace: millraceProgram, floor: floorProgram };

const [, , name = "", text = ""] = process.argv;
console.log(JSON.stringify(measure(PROGRAMS[name] as Program, JSON.parse(text) as Job)));

function measure(program: Program, job: Job): JobResult {
  mkdirSync(job.store, { recursive: true });
  const before = bytesBelow(job.store);
  forgetPeak();
  const baseline = residentMemory();
  const work = job.action === "put" ? program.put(job, readInput(job.kind, job.input)) : program[job.action](job);
  settleDisk();
  forgetPeak();
  const startedMs = performance.now();
  const result = work.run();
  const ms = performance.now() - startedMs;
  const peak = residentMemory();
  if (job.action === "get") check(job, result as unknown as Artifacts);
  return {
    ms,
    storedBytes: bytesBelow(job.store) - before,
    peakBytes: baseline === null || peak === null ? null : peak.peak - baseline.now,
  };
}

/** What was written before is not to be waited for in what is timed; where there is no such command, it may be. */
function settleDisk(): void {
  spawnSync("sync");
}

function check({ kind, input }: Job, artifacts: Artifacts): void {
  if (!isDeepStrictEqual(artifacts, readInput(kind, input)))
    throw new Error(`what came back of ${kind} is not the same`);
}

function bytesBelow(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, file) => sum + statSync(path.join(file.parentPath, file.name)).size, 0);
}
