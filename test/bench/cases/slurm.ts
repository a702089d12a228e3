import fs from "node:fs";
import path from "node:path";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { SLURM, startSlurm } from "../../rigs/slurm/start-slurm.ts";
import { timeCommand } from "../command.ts";
import { freshFolder } from "../fresh-folder.ts";
import { millraceCommand } from "../millrace.ts";
import type { BenchCase } from "../bench-case.ts";

const STEPS = 4;
const TASKS = 60;
const FEW = 10;

/** A cluster of this machine. */
async function cluster(folder: string) {
  if (SLURM.missing !== null) throw new Error(SLURM.missing);
  const slurm = await startSlurm();
  // Counts the calls of a program, and does what it does.
  const counted = path.join(folder, "bin");
  fs.mkdirSync(counted);
  const script = '#!/bin/sh\necho >>"${0%/*}/calls"\nexec /usr/bin/squeue "$@"\n';
  fs.writeFileSync(path.join(counted, "squeue"), script, { mode: 0o755 });
  const file = path.join(counted, "calls");
  const calls = () => (fs.existsSync(file) ? fs.statSync(file).size : 0);
  return { ...slurm, calls, env: { ...slurm.env, PATH: `${counted}:${process.env["PATH"] ?? ""}` } };
}

export const slurmChain: BenchCase = {
  name: "slurm-chain",
  measures: "four trivial steps on Slurm, one after another, against as many bare sbatch jobs that start Node",
  runs: 3,
  isLong: true,
  prepare: async ({ folder }) => {
    const { ask, env, stop } = await cluster(folder);
    const [bare, own]: [number[], number[]] = [[], []];
    const chain = async () => {
      const startedAt = performance.now();
      for (let step = 0; step < STEPS; step += 1) {
        const wrap = `--wrap=${process.execPath} -e 0`;
        const id = ask("sbatch", "--parsable", "--mem=500", "--output=/dev/null", wrap).trim();
        while (!ask("squeue", "-h", "-t", "all", "-j", id, "-o", "%T").includes("COMPLETED")) continue;
      }
      const wallMs = performance.now() - startedAt;
      bare.push(wallMs / STEPS);
      return Promise.resolve(wallMs);
    };
    const flow = async () => {
      const store = freshFolder(folder);
      const args = ["run", "--with", "slurm", "--datastore", store];
      const wallMs = await timeCommand(
        millraceCommand("linear.ts", { args, env, expects: { exitCode: 0, prints: /result=5\b/ } }),
      );
      const opened = openDatastore(store);
      const record = opened.record("BenchLinear", opened.runs("BenchLinear")[0] ?? "");
      const starts = [...record.events()].flatMap((event) =>
        event.type === "task-succeeded" ? [record.resultAt(event.result).startedAt] : [],
      );
      own.push(((starts.at(-1) ?? 0) - (starts[0] ?? 0)) / (STEPS - 1));
      return wallMs;
    };
    return {
      first: { label: "bare jobs", measure: chain, warmUp: () => Promise.resolve() },
      end: stop,
      second: {
        label: "Millrace",
        measure: flow,
        warmUp: () => Promise.resolve(),
        figures: () => [
          { label: "a step", unit: "ms", samples: own },
          { label: "a bare job", unit: "ms", samples: bare },
          {
            label: "a step beyond a bare job",
            unit: "ms",
            samples: own.map((ms, at) => ms - (bare[at] ?? 0)),
            atMost: 150,
          },
        ],
      },
    };
  },
};

export const slurmForeach: BenchCase = {
  name: "slurm-foreach",
  measures: `foreach of ${TASKS} trivial tasks on Slurm: calls of squeue, and processor time of the launcher with its commands`,
  runs: 1,
  isLong: true,
  prepare: async ({ folder }) => {
    const { env, calls, stop } = await cluster(folder);
    const [asked, perJob]: [number[], number[]] = [[], []];
    const run = async (count: number) => {
      const args = ["run", "--with", "slurm:memory=500", "--count", `${count}`, "--datastore", freshFolder(folder)];
      const plain = millraceCommand("foreach.ts", { args, env, expects: { exitCode: 0, prints: /result=\d+\b/ } });
      const file = path.join(folder, "times");
      const timed = ["-c", `"$@"; code=$?; times >${file}; exit $code`, "sh", process.execPath, ...plain.args];
      const wallMs = await timeCommand({ ...plain, program: "sh", args: timed });
      return { wallMs, cpuMs: childrenMs(fs.readFileSync(file, "utf8")) };
    };
    const measure = async () => {
      const before = calls();
      const { wallMs, cpuMs } = await run(TASKS);
      asked.push(calls() - before);
      const few = await run(FEW);
      perJob.push((cpuMs - few.cpuMs) / (TASKS - FEW));
      return wallMs;
    };
    return {
      first: {
        label: "Millrace",
        measure,
        warmUp: () => Promise.resolve(),
        figures: () => [
          { label: "calls of squeue", unit: "requests", samples: asked },
          { label: "launcher's processor time a further job", unit: "ms", samples: perJob, atMost: 5 },
        ],
      },
      second: null,
      end: stop,
    };
  },
};

/** What `times` of a shell says of the processes that it has waited for: its second line. */
function childrenMs(times: string): number {
  const [, line = ""] = times.split("\n");
  const parts = [...line.matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce((sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1000, 0);
}
