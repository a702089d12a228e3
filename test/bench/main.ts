// `npm run bench`: Millrace and Metaflow in turns, whole commands, in one run.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CASES } from "./cases/all.ts";
import { measurePairs } from "./measure.ts";
import { findMetaflow, type Metaflow } from "./metaflow.ts";
import { parseOptions, USAGE, type BenchOptions } from "./options.ts";
import { table, thisMachine, writeJson, type Report } from "./report.ts";
import { failure, summarize, type CaseSummary } from "./summary.ts";
import type { Bench, BenchCase } from "./bench-case.ts";

process.exitCode = await main(process.argv.slice(2));

/** 0: all cases were measured, targets met or not; 1: a case failed; 2: wrong usage. */
async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(USAGE);
    return 0;
  }
  let options: BenchOptions;
  try {
    options = parseOptions(
      args,
      CASES.map(({ name }) => name),
    );
  } catch (error) {
    console.error(messageOf(error));
    return 2;
  }
  const report = await bench(options);
  console.log(`\n${table(report)}\nAll samples: ${path.relative("", options.jsonFile)}`);
  return report.cases.some(({ error }) => error !== null) ? 1 : 0;
}

async function bench(options: BenchOptions): Promise<Report> {
  const startedAt = new Date().toISOString();
  const machine = thisMachine();
  const metaflow =
    options.isMetaflowSkipped || isOfFeatures(options) ? null : await metaflowOrNone(options.metaflowWorkers);
  const cases: CaseSummary[] = [];
  const report: Report = { startedAt, machine, metaflow: metaflow && withoutPath(metaflow), cases };
  for (const benchCase of CASES) {
    if (!isWanted(benchCase, options)) continue;
    console.error(`${benchCase.name}: ${benchCase.measures} ...`);
    cases.push(await measureCase(benchCase, { options, metaflow }));
    // After every case: a bench that is interrupted keeps what it has.
    writeJson(options.jsonFile, report);
  }
  return report;
}

/** They compare with nothing that Metaflow has. */
function isOfFeatures({ only }: BenchOptions): boolean {
  return only?.every((name) => name.startsWith("features-")) === true;
}

function isWanted({ name, isLong = false }: BenchCase, { only, isAll }: BenchOptions): boolean {
  return only === null ? isAll || !isLong : only.includes(name);
}

async function measureCase(
  benchCase: BenchCase,
  { options, metaflow }: { options: BenchOptions; metaflow: Metaflow | null },
): Promise<CaseSummary> {
  const folder = mkdtempSync(path.join(tmpdir(), `millrace-bench-${benchCase.name}-`));
  const { metaflowTasks, fileMb, isSmall } = options;
  const given: Bench = { folder, metaflow, metaflowTasks, fileMb, isSmall };
  try {
    const pair = await benchCase.prepare(given);
    try {
      const samples = await measurePairs(pair, options.runs ?? benchCase.runs);
      return summarize(benchCase, { pair, samples });
    } finally {
      await pair.end?.();
    }
  } catch (error) {
    console.error(`${benchCase.name} FAILED: ${messageOf(error)}`);
    return failure(benchCase, error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function metaflowOrNone(workers: number): Promise<Metaflow | null> {
  try {
    return await findMetaflow(workers);
  } catch (error) {
    console.error(`\nWARNING: measuring Millrace alone.\n${messageOf(error)}\n`);
    return null;
  }
}

function withoutPath({ version, workers }: Metaflow): Report["metaflow"] {
  return { version, workers };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
