import { createHash } from "node:crypto";
import { messageOf } from "../../../sdk/base/message-of.ts";
import { hasCode } from "../../../sdk/base/millrace-error.ts";
import type { StepSettings } from "../../../sdk/base/step-settings.ts";
import type { TaskSpec } from "../../task/task-spec.ts";
import { blobKey } from "../../datastore/blob-key.ts";
import { type CacheEntry, parseCacheEntry } from "../../datastore/kinds/cache.ts";
import type { MetricLine } from "../../datastore/kinds/metrics.ts";
import { outliveGcsSince, timeBetweenGcs } from "../../datastore/maintenance/outlive-collection.ts";
import { blobsOfResult } from "../../datastore/maintenance/blobs-of-result.ts";
import {
  type ArtifactTable,
  type AttemptResult,
  RECORD_FORMAT,
  type ResultLocator,
  type RunDocument,
} from "../../datastore/records.ts";
import { nodeOf, type StepNode } from "../../graph/flow-graph.ts";
import type { StepAttempt } from "../step-attempt.ts";
import type { ForeachItems } from "../foreach-items.ts";
import type { LoadedFlow } from "../load-flow.ts";
import type { Aspect, Ending } from "./aspect.ts";

/** `@cache`: where an earlier task had the same code, inputs and parameters, its result is committed as this task's own. */
export const CACHE: Aspect = {
  name: "cache",
  isFor: ({ cache }) => cache !== undefined,
  begin(attempt) {
    const { flow, spec, items, node } = attempt;
    const { ttlMs, key = null } = node.settings.cache ?? { ttlMs: null };
    let place: string | null = null;
    const keyOf = () => (place ??= placeOf(cacheKey(flow, { spec, items, code: key ?? codeOf(flow.document, node) })));
    return {
      before() {
        const known = findResult(flow, { key: keyOf(), ttlMs });
        return known === null ? null : repeat(attempt, known);
      },
      after(locator) {
        const entry: CacheEntry = { format: RECORD_FORMAT, savedAt: Date.now(), result: locator };
        flow.storage.write(keyOf(), [Buffer.from(JSON.stringify(entry))]);
      },
    };
  },
};

interface CachedResult {
  readonly result: AttemptResult;
  readonly locator: ResultLocator;
  /** Called once the result is committed as another task's own; throws if a gc has removed some of it meanwhile. */
  confirm(): void;
}

function placeOf(hash: string): string {
  return `cache/${hash.slice(0, 2)}/${hash.slice(2)}.json`;
}

function findResult(flow: LoadedFlow, { key, ttlMs }: { key: string; ttlMs: number | null }): CachedResult | null {
  const bytes = flow.storage.read(key);
  const entry = bytes === null ? null : parsed(bytes);
  if (entry === null) return null;
  if (ttlMs !== null && Date.now() - entry.savedAt > ttlMs) return null;
  const time = timeBetweenGcs(flow.storage);
  // What is found now may be gone in a moment.
  if (time === null) return null;
  try {
    const result = flow.record.resultAt(entry.result);
    const keys = () => [...blobsOfResult(flow.blobs, result)].map(blobKey);
    return { result, locator: entry.result, confirm: () => outliveGcsSince(flow.storage, { time, keys }) };
  } catch {
    // The run it came from was removed.
    return null;
  }
}

/** Commits what an earlier task left. Null if a gc was faster: the step then runs, and what it commits takes this one's place. */
function repeat(
  { flow, spec, startedAt, commit }: StepAttempt,
  { result, locator, confirm }: CachedResult,
): Ending | null {
  const { run } = flow.setup;
  const { step, task, attempt } = spec;
  const own = { ...result, run, step, task, attempt, startedAt, finishedAt: Date.now(), repeats: locator };
  const committed = commit(own);
  try {
    confirm();
  } catch (error) {
    if (hasCode(error, "MILLRACE_COLLECTED")) return null;
    throw error;
  }
  repeatMetrics(own, { flow, locator });
  process.stderr.write(`taken from the cache: ${flow.setup.flow}/${locator.split("/").slice(0, 3).join("/")}\n`);
  const { metrics } = own;
  const next = own.next ?? { kind: "end" };
  return { status: "succeeded", next, result: committed, ...(metrics === undefined ? {} : { metrics }) };
}

/** The series stay where the earlier task logged them. */
function repeatMetrics(
  { metrics, step, task, attempt }: AttemptResult,
  { flow, locator }: { flow: LoadedFlow; locator: ResultLocator },
): void {
  if (metrics === undefined) return;
  const line: MetricLine = { format: RECORD_FORMAT, time: Date.now(), series: {}, last: metrics, repeats: locator };
  try {
    const appender = flow.record.openMetrics({ step, task, attempt });
    void appender.append(`${JSON.stringify(line)}\n`);
    appender.flush();
    appender.close();
  } catch (error) {
    process.stderr.write(`warning: the metrics of the cached result are not stored: ${messageOf(error)}\n`);
  }
}

/** All that the step can reach, packages included. It does not reach a decorator of the flow's own that `--with` adds. */
function codeOf({ reach, code }: RunDocument, { name, settings }: StepNode): string {
  const reached = reach !== undefined && Object.hasOwn(reach, name) ? (reach[name] ?? code) : code;
  return hasAdded(settings) ? `${reached} ${code}` : reached;
}

/** True where `--with` adds a decorator of the flow's own. */
function hasAdded({ own }: StepSettings): boolean {
  return own?.some(({ given }) => given !== undefined) === true;
}

/** Untouched artifacts pass through a task, so every one of its inputs counts, read or not. */
function cacheKey(flow: LoadedFlow, of: { spec: TaskSpec; items: ForeachItems; code: string }): string {
  const { document } = flow;
  const { step, inputs, stack } = of.spec;
  const { settings } = nodeOf(document.graph, step);
  const parts = {
    format: RECORD_FORMAT,
    flow: document.flow,
    step,
    code: of.code,
    inputs: inputs.map((locator) => hashesOf(flow.resultAt(locator).artifacts)),
    ...featuresIn(flow, inputs),
    parameters: hashesOf({ ...document.parameters, ...document.configs }),
    stack: stack.map(({ step: split, index, size }, level) => [split, index, size, of.items.hashAt(level)]),
    environment: document.environments[step] ?? {},
    variables: settings.env?.vars ?? {},
    ...(hasAdded(settings) && { own: settings.own }),
  };
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** A result is handed on with the features behind it: one that was computed with others is another one. */
function featuresIn(flow: LoadedFlow, inputs: readonly ResultLocator[]): { readonly features?: readonly string[] } {
  const features = new Set(
    inputs.flatMap((locator) => flow.resultAt(locator).features ?? []).map(({ view, hash }) => `${view} ${hash}`),
  );
  return features.size === 0 ? {} : { features: [...features].sort() };
}

function hashesOf(table: ArtifactTable): [string, string][] {
  return Object.entries(table)
    .map(([name, ref]): [string, string] => [name, ref.hash])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function parsed(bytes: Uint8Array): CacheEntry | null {
  try {
    return parseCacheEntry(Buffer.from(bytes).toString(), "cache");
  } catch {
    return null;
  }
}
