import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import type { Bench, BenchCase, Side } from "../bench-case.ts";
import { cleanEnvironment } from "../environment.ts";
import type { JoinJob, JoinResult } from "../features/join-job.ts";
import { writeData } from "../features/write-data.ts";
import { freshFolder } from "../fresh-folder.ts";

const ROOT = path.join(import.meta.dirname, "..", "..", "..");
const PROGRAM = path.join(import.meta.dirname, "..", "features", "join-program.ts");
const FEAST = path.join(import.meta.dirname, "..", "features", "drivers.py");
const run = promisify(execFile);

export const featuresWide: BenchCase = {
  name: "features-wide",
  measures: "features.historical: 17,000 labels with 1,000 features of 10 views, of Parquet",
  runs: 3,
  isLong: true,
  target: { firstAtMostMs: 15_000 },
  prepare: async (bench) => ({ first: await joinSide(bench, "wide", { atMostMb: 2000 }), second: null }),
};

export const featuresLong: BenchCase = {
  name: "features-long",
  measures: "features.historical: a million labels against ten million events, of Parquet",
  runs: 3,
  isLong: true,
  target: { firstAtMostMs: 10_000 },
  prepare: async (bench) => ({ first: await joinSide(bench, "long", {}), second: null }),
};

export const featuresFeast: BenchCase = {
  name: "features-feast",
  measures:
    "features.historical on the drivers of Feast's tutorial, against get_historical_features, after the first call",
  runs: 5,
  isLong: true,
  target: { atLeast: 10 },
  prepare: async (bench) => {
    const data = await folderWith(bench, "drivers");
    const python = await feastPython();
    const feast = sideOf("Feast", { bound: {}, start: () => [python, [FEAST, data, freshFolder(bench.folder)]] });
    return { first: await joinSide(bench, "drivers", {}), second: feast };
  },
};

async function joinSide(
  bench: Bench,
  shape: JoinJob["shape"],
  { atMostMb }: { readonly atMostMb?: number },
): Promise<Side> {
  const job: JoinJob = { shape, folder: await folderWith(bench, shape), isSmall: bench.isSmall };
  const args = ["--expose-gc", await programFile(), JSON.stringify(job)];
  const bound = atMostMb === undefined ? {} : { atMost: atMostMb };
  return sideOf("Millrace", { bound, start: () => [process.execPath, args] });
}

/** Inside the package, which it imports, as it does DuckDB: the way its users have them. */
async function programFile(): Promise<string> {
  const outfile = path.join(import.meta.dirname, "..", "results", "join-program.mjs");
  await build({
    ...{ entryPoints: [PROGRAM], outfile, bundle: true, packages: "external" },
    ...{ platform: "node", target: "node20", format: "esm", logLevel: "warning" },
  });
  return outfile;
}

async function folderWith(bench: Bench, shape: JoinJob["shape"]): Promise<string> {
  const folder = path.join(bench.folder, "data");
  mkdirSync(folder, { recursive: true });
  await writeData({ shape, folder, isSmall: bench.isSmall });
  return folder;
}

interface SideOf {
  readonly bound: { readonly atMost?: number };
  start(): readonly [program: string, args: readonly string[]];
}

function sideOf(label: string, { bound, start }: SideOf): Side {
  const seen: JoinResult[] = [];
  const measure = async () => {
    const [program, args] = start();
    const { stdout } = await run(program, args, { cwd: ROOT, env: cleanEnvironment() });
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as JoinResult;
  };
  return {
    label,
    warmUp: measure,
    measure: async () => {
      const result = await measure();
      seen.push(result);
      return result.againMs ?? result.ms;
    },
    figures: () => [
      ...(seen.some(({ againMs }) => againMs !== null)
        ? [{ label: `${label}'s first call`, unit: "ms" as const, samples: seen.map(({ ms }) => ms) }]
        : []),
      { label: `${label}'s processor time`, unit: "ms", samples: seen.map(({ processorMs }) => processorMs) },
      ...(seen.some(({ peakMb }) => peakMb > 0)
        ? [{ label: "peak memory", unit: "MB" as const, samples: seen.map(({ peakMb }) => peakMb), ...bound }]
        : []),
    ],
  };
}

/** Made at first use, where test suites have their Python packages as well. */
async function feastPython(): Promise<string> {
  const script = path.join(ROOT, "scripts/ensure-python.mjs");
  const { stdout } = await run(process.execPath, [script, "feast"], {
    env: { ...process.env, MILLRACE_BUILD_PYTHON: "1" },
  });
  return path.join(stdout.trim(), "bin/python");
}
