import type { Figure, Side } from "../bench-case.ts";
import { processorUs } from "./processor-time.ts";
import { type LoadFigures, requestLoad } from "./request-load.ts";
import type { Served } from "./served.ts";

/** One row, asked again and again. */
export interface AskedRow {
  readonly path: string;
  readonly body: unknown;
  readonly answer: unknown;
  /** The answer to one row in what a server says; all of it where this is left out. */
  answerIn?(said: unknown): unknown;
}

export interface LoadSideOptions {
  readonly label: string;
  readonly ask: AskedRow;
  readonly requests: number;
  readonly warmUp: number;
  start(): Promise<Served>;
  /** Bounds that the project set itself. */
  readonly target?: { readonly perSecond?: number; readonly p99Ms?: number; readonly readyMs?: number };
}

export interface LoadSide extends Side {
  readonly seen: readonly LoadFigures[];
}

const CONNECTIONS = 16;

/** Each measurement has a server of its own, which is warm before it counts. */
export function loadSide({ label, ask, requests, warmUp, start, target = {} }: LoadSideOptions): LoadSide {
  const seen: LoadFigures[] = [];
  const readyMs: number[] = [];
  const usPerRequest: number[] = [];
  const measure = async () => {
    const { address, pid, stop, readyMs: ready } = await start();
    try {
      readyMs.push(ready);
      const body = JSON.stringify(ask.body);
      const of = { address, path: ask.path, body, connections: CONNECTIONS, answer: await firstAnswer(address, ask) };
      await requestLoad({ ...of, requests: warmUp });
      const before = processorUs(pid);
      const found = await requestLoad({ ...of, requests });
      const after = processorUs(pid);
      if (before !== null && after !== null) usPerRequest.push((after - before) / requests);
      seen.push(found);
      return found.wallMs;
    } finally {
      await stop();
    }
  };
  const bound = (atLeast?: number) => (atLeast === undefined ? {} : { atLeast });
  const limit = (atMost?: number) => (atMost === undefined ? {} : { atMost });
  const figures = (): Figure[] => [
    {
      ...{ label: `${label}: requests a second`, unit: "a second", samples: seen.map((one) => one.perSecond) },
      ...bound(target.perSecond),
    },
    { label: `${label}: p50`, unit: "ms", samples: seen.map((one) => one.p50Ms) },
    { label: `${label}: p99`, unit: "ms", samples: seen.map((one) => one.p99Ms), ...limit(target.p99Ms) },
    ...(usPerRequest.length === 0
      ? []
      : [{ label: `${label}: processor time of a request`, unit: "µs" as const, samples: usPerRequest }]),
    { label: `${label}: start to ready`, unit: "ms", samples: readyMs, ...limit(target.readyMs) },
  ];
  return { label, figures, seen, measure, warmUp: () => Promise.resolve() };
}

/** What the server says to the row, once that is known to be right: all later answers are to be the same. */
async function firstAnswer(address: string, { path, body, answer, answerIn }: AskedRow): Promise<string> {
  const headers = { "content-type": "application/json" };
  const text = await (await fetch(address + path, { method: "POST", headers, body: JSON.stringify(body) })).text();
  const said: unknown = JSON.parse(text);
  const given = JSON.stringify(answerIn === undefined ? said : answerIn(said));
  if (given !== JSON.stringify(answer)) throw new Error(`${address}${path} answered ${text.slice(0, 500)}`);
  return text;
}
