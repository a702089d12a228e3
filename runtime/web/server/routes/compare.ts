import { isMillraceError } from "../../../../sdk/base/millrace-error.ts";
import { isKeyPart } from "../../../datastore/check-key.ts";
import { numberOf } from "../../../datastore/last-values.ts";
import { loadArtifact } from "../../../datastore/load-artifact.ts";
import { codeFiles } from "../../../datastore/reader/code-files.ts";
import { compareCode } from "../../../datastore/reader/compare-code.ts";
import { endArtifacts } from "../../../datastore/reader/end-artifacts.ts";
import type { RunSummary } from "../../../datastore/reader/run-summary.ts";
import { runValues } from "../../../datastore/reader/run-values.ts";
import { stepRows } from "../../../datastore/reader/step-rows.ts";
import type { ArtifactRef, ArtifactTable } from "../../../datastore/records.ts";
import { previewText } from "../../../text/preview-text.ts";
import type { CompareAnswer } from "../../api/shapes.ts";
import { type ApiRoute, type Asked, json } from "../api-route.ts";
import { rowOf, totalsOf } from "../read-row.ts";
import { RefusedRequest } from "../refused-request.ts";
import type { ServedStore } from "../served-store.ts";
import { shownParameters } from "../shown-parameters.ts";

const MAX_RUNS = 50;
/** A value that is worth a look and costs none. */
const MAX_BYTES = 16 * 1024;

export const compareRoute: ApiRoute = {
  method: "GET",
  path: "/api/compare",
  answer(asked) {
    const { served } = asked;
    const runs = runsIn(asked);
    const value: CompareAnswer = {
      runs: runs.map((run) => rowOf(served.store, run, totalsOf(run))),
      parameters: parametersOf(served, runs),
      metrics: metricsOf(served, runs),
      artifacts: artifactsOf(served, runs),
      steps: stepsOf(runs),
      code: codeOf(served, runs),
    };
    return json(value);
  },
};

function runsIn({ served, query }: Asked): RunSummary[] {
  const names = [...new Set(query.getAll("run"))];
  if (names.length === 0 || names.length > MAX_RUNS)
    throw new RefusedRequest(400, {
      headline: `Cannot compare because the query names ${names.length} runs: one to ${MAX_RUNS} can be compared`,
      hint: "as in ?run=TrainFlow/20260314-092653589-x7k2p&run=…",
    });
  return names.map((name) => {
    const [flow, run, ...more] = name.split("/");
    if (isKeyPart(flow) && isKeyPart(run) && more.length === 0) return served.runs.get({ flow, run }).now();
    throw new RefusedRequest(400, { headline: "Cannot compare because a run is not named as Flow/run" });
  });
}

/** What each run has under a name; null where it has nothing. */
function aligned<Value, Shown>(
  tables: readonly ReadonlyMap<string, Value>[],
  show: (values: readonly (Value | null)[], name: string) => Shown,
): Shown[] {
  const names = [...new Set(tables.flatMap((table) => [...table.keys()]))].sort();
  return names.map((name) =>
    show(
      tables.map((table) => table.get(name) ?? null),
      name,
    ),
  );
}

function parametersOf({ store }: ServedStore, runs: readonly RunSummary[]): CompareAnswer["parameters"] {
  const tables = runs.map(({ parameters, document }) => {
    const shown = shownParameters(store.blobs, { ...document.configs, ...parameters });
    return new Map(shown.map(({ name, text }) => [name, text]));
  });
  return aligned(tables, (values, name) => ({ name, values }));
}

function metricsOf({ store }: ServedStore, runs: readonly RunSummary[]): CompareAnswer["metrics"] {
  const tables = runs.map((run) => {
    const last = [...runValues(store, run)].map(([name, { value }]) => [name, numberOf(value)] as const);
    return new Map(last.filter(([, value]) => Number.isFinite(value)));
  });
  return aligned(tables, (values, name) => ({ name, values }));
}

function artifactsOf({ store }: ServedStore, runs: readonly RunSummary[]): CompareAnswer["artifacts"] {
  const tables = runs.map((run) => new Map(Object.entries(leftBy(store, run))));
  return aligned(tables, (refs, name) => {
    const values = refs.map((ref) => (ref === null ? null : smallValue(store, name, ref)));
    return {
      name,
      hashes: refs.map((ref) => ref?.hash ?? null),
      numbers: values.map((one) => (typeof one?.value === "number" && Number.isFinite(one.value) ? one.value : null)),
      texts: refs.map((ref, at) => {
        const one = values[at] ?? null;
        return one === null ? (ref?.type ?? null) : previewText(one.value, { maxDepth: null, hasColors: false });
      }),
    };
  });
}

/** Nothing where the run has not come to its end, or the result cannot be read. */
function leftBy(store: ServedStore["store"], run: RunSummary): ArtifactTable {
  try {
    return endArtifacts(store, run) ?? {};
  } catch (error) {
    if (isMillraceError(error)) return {};
    throw error;
  }
}

function smallValue(store: ServedStore["store"], name: string, ref: ArtifactRef): { readonly value: unknown } | null {
  if (ref.size > MAX_BYTES) return null;
  try {
    return { value: loadArtifact(store.blobs, name, ref) };
  } catch (error) {
    if (isMillraceError(error)) return null;
    throw error;
  }
}

function stepsOf(runs: readonly RunSummary[]): CompareAnswer["steps"] {
  const names = [...new Set(runs.flatMap(({ document }) => document.graph.steps.map(({ name }) => name)))];
  const tables = runs.map((run) => new Map(stepRows(run).map(({ step, tookMs }) => [step, tookMs])));
  return names.map((name) => ({ name, tookMs: tables.map((table) => table.get(name) ?? null) }));
}

function codeOf({ store }: ServedStore, runs: readonly RunSummary[]): string | null {
  const [one, other, ...more] = runs;
  if (one === undefined || other === undefined || more.length > 0) return null;
  if (one.document.code === other.document.code) return "";
  return compareCode(codeFiles(store.blobs, one.document.code), codeFiles(store.blobs, other.document.code)).toString();
}
