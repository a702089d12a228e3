import path from "node:path";
import { build } from "esbuild";
import type { Bench, BenchCase } from "../bench-case.ts";
import { timeCommand } from "../command.ts";
import { freshFolder } from "../fresh-folder.ts";
import { tsxCommand } from "../millrace.ts";
import { type AskedRow, loadSide } from "../serving/load-side.ts";
import { PEERS, peersFolder, type Peer, type Question, servedByPeer } from "../serving/peers.ts";
import { served } from "../serving/served.ts";

const ROW = { id: 17, text: "a row of the bench" };
const ECHO: AskedRow = { path: "/echo", body: ROW, answer: ROW };
const VECTOR = { row: Array.from({ length: 64 }, (_, at) => at % 10) };
const MATRIX: AskedRow = {
  ...{ path: "/ask", body: VECTOR },
  answer: [-411, -45, -106, 232, 171, 110, 49, -411, -45, -106],
};
const ASKED = { echo: ECHO, matrix: MATRIX };
const ALONE = { requests: 40_000, warmUp: 10_000 };
/** What others answer in some seconds. */
const BESIDE = { requests: 6_000, warmUp: 3_000 };

export const serveEcho: BenchCase = {
  name: "serve-echo",
  measures: `${ALONE.requests} requests of one row to a service that gives the row back, over 16 connections, generator included`,
  runs: 3,
  prepare: () =>
    Promise.resolve({
      first: loadSide({
        ...{ label: "Millrace", ask: ECHO, ...ALONE, start: () => served("echo-service.ts") },
        target: { perSecond: 10_000, p99Ms: 5, readyMs: 1000 },
      }),
      second: null,
    }),
};

/** As an image has it. */
export const serveCompiled: BenchCase = {
  name: "serve-compiled",
  measures: "the same service, compiled by its build: Node reads JavaScript alone",
  runs: 3,
  prepare: async () => {
    const file = await compiled("echo-service");
    const first = loadSide({
      ...{ label: "compiled", ask: ECHO, ...BESIDE, start: () => served(file) },
      target: { readyMs: 1000 },
    });
    return { first, second: null };
  },
};

/** Inside the package, which it imports. */
async function compiled(name: string): Promise<string> {
  const outfile = path.join(import.meta.dirname, "..", "results", `${name}.mjs`);
  await build({
    ...{ entryPoints: [path.join(import.meta.dirname, "..", "flows", `${name}.ts`)], outfile, format: "esm" },
    ...{ platform: "node", target: "node20", logLevel: "warning" },
  });
  return outfile;
}

export const serveLog: BenchCase = {
  name: "serve-log",
  measures: "the same with a model and --log 0.1, against the same without --log",
  runs: 5,
  target: { atLeast: 0.99 },
  prepare: async ({ folder }: Bench) => {
    const env = { MILLRACE_DATASTORE: freshFolder(folder) };
    await timeCommand(
      tsxCommand("echo-model.ts", { args: ["run"], env, expects: { exitCode: 0, prints: /registered/ } }),
    );
    const start = (...args: string[]) => served("echo-service.ts", { args: ["--model", "echo@1", ...args], env });
    return {
      first: loadSide({ label: "--log 0.1", ask: ECHO, ...ALONE, start: () => start("--log", "0.1") }),
      second: loadSide({ label: "without", ask: ECHO, ...ALONE, start: () => start() }),
    };
  },
};

function besideOptions(question: Question) {
  return {
    ...{ label: "Millrace", ask: ASKED[question], ...BESIDE },
    start: () => served(`${question}-service.ts`),
  };
}

/** How much two measurements of the same differ. */
const serveNoise: BenchCase = {
  name: "serve-noise",
  measures: `${BESIDE.requests} requests to the service that gives the row back, against itself`,
  ...{ runs: 3, isLong: true },
  prepare: () =>
    Promise.resolve({
      first: loadSide(besideOptions("echo")),
      second: loadSide({ ...besideOptions("echo"), label: "Millrace again" }),
    }),
};

function besidePeer(question: Question, peer: Peer): BenchCase {
  const what = question === "echo" ? "that give a row back" : "that put a row through two layers, in batches";
  return {
    name: `serve-${question}-${peer.name}`,
    measures: `${BESIDE.requests} requests to servers ${what}: Millrace's and ${peer.name}'s`,
    ...{ runs: 3, isLong: true, target: { atLeast: 2 } },
    prepare: ({ folder }: Bench) => {
      const own = besideOptions(question);
      const first = loadSide(own);
      const venv = peersFolder();
      if (venv === null) return Promise.resolve({ first, second: null });
      const { body, answer } = own.ask;
      const ask = { path: peer.path, body: peer.body(question, body), answer, answerIn: peer.answer };
      const start = () => servedByPeer(peer, { question, row: body, venv, folder });
      const second = loadSide({ label: peer.name, ask, ...BESIDE, start });
      const p99s = () => second.seen.map(({ p99Ms }, at) => p99Ms / (first.seen[at]?.p99Ms ?? NaN));
      const figures = () => [
        ...(second.figures?.() ?? []),
        { label: `p99 of ${peer.name} over Millrace's`, unit: "x" as const, samples: p99s(), atLeast: 2 },
      ];
      return Promise.resolve({ first, second: { ...second, figures } });
    },
  };
}

export const servePeers: readonly BenchCase[] = [
  serveNoise,
  ...PEERS.flatMap((peer) => (["echo", "matrix"] as const).map((question) => besidePeer(question, peer))),
];
