import type { BenchCase, Target } from "../bench-case.ts";
import type { Job } from "../store/job.ts";
import type { Kind } from "../store/kinds.ts";
import { prepareStoreBench, storeSide } from "../store/sides.ts";

const SINGLE: Readonly<Record<"floats" | "bytes" | "objects" | "tree", string>> = {
  floats: "a Float32Array of 200 MB",
  bytes: "200 MB of random bytes",
  objects: "an array of 100,000 small objects",
  tree: "a tree of objects of 49 MB as JSON",
};
const VERBS = { put: "putting", get: "getting", change: "changing" } as const;
const RUNS = 7;

/** Puts and gets of Millrace's store, against Metaflow's and against the least that any such store does. */
export const storeCases: readonly BenchCase[] = [
  noiseCase(),
  ...kinds().flatMap(([kind, what]) =>
    (["put", "get"] as const).flatMap((action) => [
      floorCase({ action, kind, what }),
      metaflowCase({
        action,
        kind,
        what,
        ...(kind === "bytes" && action === "put" ? { target: { atLeast: 10 } } : {}),
      }),
    ]),
  ),
  metaflowCase({ action: "change", kind: "twenty", what: "one of twenty arrays of 10 MB in place, all of them read" }),
  metaflowCase({ action: "put", kind: "small", what: "1,000 small artifacts of one task" }),
  metaflowCase({ action: "get", kind: "small", what: "1,000 small artifacts of one task" }),
];

interface StoreCase {
  readonly action: Job["action"];
  readonly kind: Kind;
  readonly what: string;
  readonly target?: Target;
}

function kinds(): readonly [keyof typeof SINGLE, string][] {
  return Object.entries(SINGLE) as [keyof typeof SINGLE, string][];
}

function floorCase({ action, kind, what }: StoreCase): BenchCase {
  const isBinary = kind === "floats" || kind === "bytes";
  const steps = isBinary ? ["SHA-256 and a file", "a file and SHA-256"] : ["JSON, SHA-256 and a file", "the way back"];
  return {
    name: `store-${action}-${kind}-floor`,
    measures: `${VERBS[action]} ${what}, against ${action === "put" ? steps[0] : steps[1]} alone`,
    runs: RUNS,
    isLong: true,
    ...(isBinary ? { target: { atMost: 1.3 } } : {}),
    prepare: async ({ folder, metaflow }) => {
      const bench = await prepareStoreBench({ folder, metaflow, action, kind });
      const { floor, millrace } = bench.programs;
      return {
        first: await storeSide(bench, { label: "floor", run: floor, hasFigures: false }),
        second: await storeSide(bench, { label: "Millrace", run: millrace, hasFigures: false }),
      };
    },
  };
}

function metaflowCase({ action, kind, what, target }: StoreCase): BenchCase {
  return {
    name: `store-${action}-${kind}`,
    measures: `${VERBS[action]} ${what}`,
    runs: RUNS - 2,
    isLong: true,
    ...(target === undefined ? {} : { target }),
    prepare: async ({ folder, metaflow }) => {
      const bench = await prepareStoreBench({ folder, metaflow, action, kind });
      const { programs } = bench;
      return {
        first: await storeSide(bench, { label: "Millrace", run: programs.millrace, hasFigures: true }),
        second:
          programs.metaflow === null
            ? null
            : await storeSide(bench, { label: "Metaflow", run: programs.metaflow, hasFigures: true }),
      };
    },
  };
}

function noiseCase(): BenchCase {
  return {
    name: "store-noise",
    measures: `putting ${SINGLE.floats}, against itself: how far a ratio strays by chance on this machine`,
    runs: RUNS,
    isLong: true,
    prepare: async ({ folder, metaflow }) => {
      const bench = await prepareStoreBench({ folder, metaflow, action: "put", kind: "floats" });
      const side = () => storeSide(bench, { label: "Millrace", run: bench.programs.millrace, hasFigures: false });
      return { first: await side(), second: await side() };
    },
  };
}
