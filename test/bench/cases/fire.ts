import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import readline from "node:readline";
import { MOTO, awsEnvironment, makeBucket, startMoto } from "../../rigs/aws/start-moto.ts";
import type { Bench, BenchCase, Pair } from "../bench-case.ts";
import { timeCommand } from "../command.ts";
import { cleanEnvironment } from "../environment.ts";
import { freshFolder } from "../fresh-folder.ts";
import { millraceCommand } from "../millrace.ts";

const BIN = path.join(import.meta.dirname, "../../../dist/bin.js");
/** A minute until the next instant, and some. */
const WITHIN_MS = 120_000;

export const fireFolder: BenchCase = {
  name: "fire-folder",
  measures: "from an instant of a schedule until a scheduler on a folder has decided on its run",
  runs: 3,
  isLong: true,
  target: { firstAtMostMs: 1000 },
  prepare: ({ folder }) => watched({ datastore: freshFolder(folder), env: {} }),
};

export const fireBucket: BenchCase = {
  name: "fire-bucket",
  measures: "the same in a bucket, of moto on this machine",
  runs: 3,
  isLong: true,
  target: { firstAtMostMs: 3000 },
  prepare: async (bench: Bench) => {
    if (MOTO.missing !== null) throw new Error(MOTO.missing);
    const moto = await startMoto();
    const env = { ...awsEnvironment(moto.url), MILLRACE_CACHE: path.join(bench.folder, "cache") };
    return watched({ datastore: `s3://${await makeBucket(moto.url)}/store`, env });
  },
};

interface Place {
  readonly datastore: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A deployment that fires every minute. */
async function watched({ datastore, env }: Place): Promise<Pair> {
  const args = ["deploy", "local", "--datastore", datastore];
  const expects = { exitCode: 0, prints: /deployed BenchMinutely, version 1, to local/ };
  await timeCommand(millraceCommand("minutely.ts", { args, env, expects }));
  return {
    first: { label: "instant", measure: () => latency({ datastore, env }), warmUp: () => Promise.resolve() },
    second: null,
  };
}

/** Of the first instant that comes while a scheduler is there: what was missed before is not looked at. */
async function latency({ datastore, env }: Place): Promise<number> {
  const argv = [BIN, "scheduler", "--json", "--slots", "1", "--datastore", datastore];
  const child = spawn(process.execPath, argv, { env: cleanEnvironment(env), stdio: ["ignore", "pipe", "inherit"] });
  const began = Date.now();
  try {
    return await firstOnTime(child, began);
  } finally {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
}

async function firstOnTime(child: ChildProcess, began: number): Promise<number> {
  const timer = setTimeout(() => child.kill("SIGTERM"), WITHIN_MS);
  try {
    for await (const line of readline.createInterface({ input: child.stdout! })) {
      const news = JSON.parse(line) as { type: string; time: number; fire?: string };
      const [, day, clock] = /^at-(\d{8})T(\d{6})Z$/.exec(news.fire ?? "") ?? [];
      if (news.type !== "fired" || day === undefined || clock === undefined) continue;
      const instant = Date.parse(
        `${day.replace(/(....)(..)(..)/, "$1-$2-$3")}T${clock.replace(/(..)(..)(..)/, "$1:$2:$3")}Z`,
      );
      if (instant > began) return news.time - instant;
    }
  } finally {
    clearTimeout(timer);
  }
  throw new Error(`no instant was fired within ${WITHIN_MS / 1000} s`);
}
