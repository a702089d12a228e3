import type { Bench, BenchCase, Figure, Side } from "../bench-case.ts";
import { timeCommand } from "../command.ts";
import { freshFolder } from "../fresh-folder.ts";
import { tsxCommand } from "../millrace.ts";
import { type LoadFigures, requestLoad } from "../serving/request-load.ts";
import { servedEcho } from "../serving/served-echo.ts";

const [REQUESTS, CONNECTIONS, WARM_UP] = [40_000, 16, 10_000];
const BODY = '{"id":17,"text":"a row of the bench"}';

/** Each measurement has a server of its own, which is warm before it counts. */
function echoSide(label: string, start: () => ReturnType<typeof servedEcho>): Side {
  const seen: LoadFigures[] = [];
  const readyMs: number[] = [];
  const measured = async (requests: number) => {
    const { address, stop, readyMs: ready } = await start();
    try {
      readyMs.push(ready);
      const of = { address, path: "/echo", body: BODY, connections: CONNECTIONS };
      await requestLoad({ ...of, requests: WARM_UP });
      return await requestLoad({ ...of, requests });
    } finally {
      await stop();
    }
  };
  const figures = (): Figure[] => [
    { label: "requests a second", unit: "a second", samples: seen.map((one) => one.perSecond), atLeast: 10_000 },
    { label: "p50", unit: "ms", samples: seen.map((one) => one.p50Ms) },
    { label: "p99", unit: "ms", samples: seen.map((one) => one.p99Ms), atMost: 5 },
    { label: "start to ready", unit: "ms", samples: readyMs, atMost: 1000 },
  ];
  return {
    ...{ label, figures },
    warmUp: () => Promise.resolve(),
    measure: async () => {
      const found = await measured(REQUESTS);
      seen.push(found);
      return found.wallMs;
    },
  };
}

export const serveEcho: BenchCase = {
  name: "serve-echo",
  measures: `${REQUESTS} requests of one row to a service that gives the row back, over ${CONNECTIONS} connections, generator included`,
  runs: 3,
  prepare: () => Promise.resolve({ first: echoSide("Millrace", () => servedEcho([])), second: null }),
};

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
    const served = (...args: string[]) => servedEcho(["--model", "echo@1", ...args], env);
    return {
      first: echoSide("--log 0.1", () => served("--log", "0.1")),
      second: echoSide("without", () => served()),
    };
  },
};
