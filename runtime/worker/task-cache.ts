import { createHash } from "node:crypto";
import type { TaskSpec } from "../task/task-spec.ts";
import { blobKey } from "../datastore/blob-key.ts";
import { outliveGcsSince, timeBetweenGcs } from "../datastore/maintenance/collection-watch.ts";
import { blobsOfResult } from "../datastore/maintenance/references.ts";
import { parseRecord } from "../datastore/parse-record.ts";
import { faultOfCacheEntry } from "../datastore/record-shapes.ts";
import {
  type ArtifactTable,
  type AttemptResult,
  RECORD_FORMAT,
  type ResultLocator,
  type RunDocument,
} from "../datastore/records.ts";
import { nodeOf } from "../graph/graph.ts";
import type { ForeachItems } from "./foreach-items.ts";
import type { LoadedFlow } from "./load-flow.ts";

/** `@cache`: finds and keeps results by all that a task can depend on. */
export interface TaskCache {
  /** The result of an earlier task with the same code, inputs and parameters. */
  find(): CachedResult | null;
  keep(locator: ResultLocator): void;
}

export interface CachedResult {
  readonly result: AttemptResult;
  readonly locator: ResultLocator;
  /** Called once the result is committed as another task's own; throws if a gc has removed some of it meanwhile. */
  confirm(): void;
}

interface CacheEntry {
  readonly format: typeof RECORD_FORMAT;
  readonly savedAt: number;
  readonly result: ResultLocator;
}

/** Null for a step without `@cache`. */
export function taskCache(
  flow: LoadedFlow,
  { spec, items }: { spec: TaskSpec; items: ForeachItems },
): TaskCache | null {
  const settings = nodeOf(flow.document.graph, spec.step).settings.cache;
  if (settings === undefined) return null;
  const hash = cacheKey(flow, { spec, items, code: settings.key ?? codeOf(flow.document, spec.step) });
  const key = `cache/${hash.slice(0, 2)}/${hash.slice(2)}.json`;
  return {
    find() {
      const bytes = flow.storage.read(key);
      if (bytes === null) return null;
      const entry = parsed(bytes);
      if (entry === null) return null;
      if (settings.ttlMs !== null && Date.now() - entry.savedAt > settings.ttlMs) return null;
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
    },
    keep(locator) {
      const entry: CacheEntry = { format: RECORD_FORMAT, savedAt: Date.now(), result: locator };
      flow.storage.write(key, [Buffer.from(JSON.stringify(entry))]);
    },
  };
}

/** All that the step can reach, packages included. */
function codeOf({ reach, code }: RunDocument, step: string): string {
  return reach !== undefined && Object.hasOwn(reach, step) ? (reach[step] ?? code) : code;
}

/** Untouched artifacts pass through a task, so every one of its inputs counts, read or not. */
function cacheKey(flow: LoadedFlow, of: { spec: TaskSpec; items: ForeachItems; code: string }): string {
  const { document } = flow;
  const { step, inputs, stack } = of.spec;
  const parts = {
    format: RECORD_FORMAT,
    flow: document.flow,
    step,
    code: of.code,
    inputs: inputs.map((locator) => hashesOf(flow.resultAt(locator).artifacts)),
    parameters: hashesOf({ ...document.parameters, ...document.configs }),
    stack: stack.map(({ step: split, index, size }, level) => [split, index, size, of.items.hashAt(level)]),
    environment: document.environments[step] ?? {},
    variables: nodeOf(document.graph, step).settings.env?.vars ?? {},
  };
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

function hashesOf(table: ArtifactTable): [string, string][] {
  return Object.entries(table)
    .map(([name, ref]): [string, string] => [name, ref.hash])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function parsed(bytes: Uint8Array): CacheEntry | null {
  try {
    return parseRecord(Buffer.from(bytes).toString(), "cache", faultOfCacheEntry) as CacheEntry;
  } catch {
    return null;
  }
}
