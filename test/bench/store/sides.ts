import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import type { Figure, Side } from "../bench-case.ts";
import { cleanEnvironment } from "../environment.ts";
import type { Metaflow } from "../metaflow.ts";
import type { Job, JobResult } from "./job.ts";
import { isBinary, type Kind, nominalBytes, writeInput } from "./kinds.ts";
import { bundledProgram } from "../bundled-program.ts";

const STORE_PY = path.join(import.meta.dirname, "..", "metaflow", "store.py");

/** Runs one measurement in a process of its own. */
type RunJob = (job: Job) => Promise<JobResult>;

/** What the sides of a case share: the programs, and the artifacts in a file. */
export interface StoreBench {
  readonly folder: string;
  readonly action: Job["action"];
  readonly kind: Kind;
  readonly input: string;
  readonly programs: { readonly millrace: RunJob; readonly floor: RunJob; readonly metaflow: RunJob | null };
}

export interface StoreBenchOptions {
  readonly folder: string;
  readonly metaflow: Metaflow | null;
  readonly action: Job["action"];
  readonly kind: Kind;
}

export async function prepareStoreBench({ folder, metaflow, action, kind }: StoreBenchOptions): Promise<StoreBench> {
  const input = path.join(folder, "input");
  writeInput(kind, input);
  const file = await bundledProgram(path.join(import.meta.dirname, "program.ts"), folder);
  return {
    folder,
    action,
    kind,
    input,
    programs: {
      millrace: (job) => runJob(process.execPath, ["--expose-gc", file, "millrace", JSON.stringify(job)]),
      floor: (job) => runJob(process.execPath, ["--expose-gc", file, "floor", JSON.stringify(job)]),
      metaflow: metaflow === null ? null : (job) => runJob(metaflow.python, [STORE_PY, JSON.stringify(job)]),
    },
  };
}

/** One program; the stores that it is to read are filled here, once, and those that it writes are removed at once. */
export async function storeSide(
  bench: StoreBench,
  { label, run, hasFigures }: { label: string; run: RunJob; hasFigures: boolean },
): Promise<Side> {
  const { action, kind, input } = bench;
  const results: JobResult[] = [];
  const kept = await filledStore(bench, run);
  const measure = async () => {
    const store = kept ?? freshStore(bench);
    if (action === "change") await run({ action: "put", kind, input, store });
    const result = await run({ action, kind, input, store });
    if (kept === null) rmSync(store, { recursive: true });
    return result;
  };
  return {
    label,
    measure: async () => {
      const result = await measure();
      results.push(result);
      return result.ms;
    },
    warmUp: measure,
    figures: () => (hasFigures ? figuresOf(bench, { label, results }) : []),
  };
}

async function filledStore(bench: StoreBench, run: RunJob): Promise<string | null> {
  if (bench.action !== "get") return null;
  const store = freshStore(bench);
  await run({ action: "put", kind: bench.kind, input: bench.input, store });
  return store;
}

function figuresOf(
  { action, kind, input }: StoreBench,
  { label, results }: { label: string; results: readonly JobResult[] },
): readonly Figure[] {
  const nominal = nominalBytes(kind, input);
  const peaks = results.flatMap(({ peakBytes }) => (peakBytes === null ? [] : [peakBytes / nominal]));
  const bound = label === "Millrace" && isBinary(kind) ? { atMost: 1.2 } : {};
  return [
    ...(action === "get"
      ? []
      : [
          {
            label: `${label} stored`,
            unit: "MB" as const,
            samples: results.map(({ storedBytes }) => storedBytes / 1e6),
          },
        ]),
    ...(peaks.length === 0 || kind === "small"
      ? []
      : [{ label: `${label}'s peak memory per byte of the artifacts`, unit: "x" as const, samples: peaks, ...bound }]),
  ];
}

function freshStore({ folder }: StoreBench): string {
  return mkdtempSync(path.join(folder, "store-"));
}

async function runJob(program: string, args: readonly string[]): Promise<JobResult> {
  const { stdout } = await promisify(execFile)(program, args, { env: cleanEnvironment({ METAFLOW_USER: "bench" }) });
  return JSON.parse(stdout) as JobResult;
}
