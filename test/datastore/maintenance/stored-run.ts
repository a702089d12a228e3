import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { saveArtifact } from "../../../runtime/datastore/load-artifact.ts";
import { hashOf } from "../../../runtime/datastore/blobs.ts";
import { type Datastore, openDatastore, prepareDatastore } from "../../../runtime/datastore/datastore.ts";
import type { RunEvent } from "../../../runtime/datastore/run-event.ts";
import type { ArtifactTable, ResultLocator, TakenTransition } from "../../../runtime/datastore/records.ts";
import type { StepNode, Transition } from "../../../runtime/graph/flow-graph.ts";
import type { FeatureUse } from "../../../sdk/base/feature-use.ts";
import { storedTransition } from "../../../runtime/worker/transit.ts";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** A store in a folder that its owner removes. */
export function careStore(): { store: Datastore; folder: string; remove(): void } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "millrace-care-"));
  const store = openDatastore(folder);
  prepareDatastore(store);
  return { store, folder, remove: () => fs.rmSync(folder, { recursive: true, force: true }) };
}

export interface StoredRunOptions {
  readonly flow?: string;
  readonly run: string;
  /** How long ago it started. */
  readonly ageMs?: number;
  readonly tags?: readonly string[];
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** What its first task left. */
  readonly artifacts?: Readonly<Record<string, unknown>>;
  /** What its first task fanned out over. */
  readonly items?: readonly unknown[];
  readonly checkpoint?: unknown;
  /** What its first task was trained on. */
  readonly features?: readonly FeatureUse[];
  /** The run that it resumes, and the result that it takes over from there. */
  readonly origin?: StoredRun;
  /** `open`: its last attempt has not ended. */
  readonly end?: "succeeded" | "open";
  /** Age of its heartbeat; without one it has none. */
  readonly beatMs?: number;
  readonly root?: "flows" | "spins";
}

export interface StoredRun {
  readonly flow: string;
  readonly run: string;
  readonly folder: string;
  readonly locator: ResultLocator;
}

const STEPS: readonly StepNode[] = [
  stepNode("start", { kind: "linear", target: "work" }),
  stepNode("work", { kind: "linear", target: "end" }),
  stepNode("end", { kind: "end" }),
];

function stepNode(name: string, transition: Transition): StepNode {
  const rest = { isJoin: false, parents: [], splits: [], join: null, doc: null, settings: {}, mentions: [] };
  return { ...rest, name, transition } as StepNode;
}

/** A value too large for a record: the same number gives the same blob. */
export function large(content: number, bytes = 2000): Buffer {
  return Buffer.alloc(bytes, content);
}

/** Writes what a scheduler and its worker would: one task that ends, one that perhaps does not. */
export function storeRun(store: Datastore, options: StoredRunOptions): StoredRun {
  const { flow = "Sample", run, ageMs = DAY_MS, origin, root = "flows" } = options;
  const record = root === "flows" ? store.record(flow, run) : store.spin(flow, run);
  const createdAt = Date.now() - ageMs;
  const code = Buffer.from(`code of ${flow}`);
  store.blobs.put(hashOf([code]), [code]);
  const table = (values: Readonly<Record<string, unknown>> = {}): ArtifactTable =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, saveArtifact(store.blobs, name, value)]));
  record.create({
    format: 1,
    flow,
    run,
    createdAt,
    username: "ada",
    host: "somewhere",
    tags: options.tags ?? [],
    project: null,
    originRun: origin?.run ?? null,
    parameters: table(options.parameters),
    configs: {},
    graph: { flow, doc: null, start: "start", end: "end", steps: STEPS, parameters: [] },
    code: hashOf([code]),
    flowFile: "flow.ts",
    stepCode: {},
    versions: { millrace: "0.1.0", node: "20.19.0" },
    environments: {},
  });
  const next: TakenTransition =
    options.items === undefined
      ? { kind: "linear", target: "end" }
      : storedTransition(
          { kind: "foreach", target: "work", artifact: "items", items: options.items, label: null },
          { blobs: store.blobs, labels: options.items.map(String) },
        );
  const identity = { format: 1, flow, run, step: "start", task: 1, attempt: 0, error: null } as const;
  const times = { startedAt: createdAt, finishedAt: createdAt + 10 };
  const uses = options.features === undefined ? {} : { features: options.features };
  const own = () =>
    record
      .resultWriter()
      .write({ ...identity, ...times, ...uses, status: "succeeded", artifacts: table(options.artifacts), next });
  const locator = origin?.locator ?? own();
  if (options.checkpoint !== undefined) {
    const value = saveArtifact(store.blobs, "checkpoint", options.checkpoint);
    record.writeCheckpoint({ step: "start", path: "0" }, { format: 1, value });
  }
  const from = { task: 1, step: "start", source: { kind: "start" }, path: "0" } as const;
  const events: RunEvent[] = [
    { type: "run-started", time: createdAt },
    ...(origin === undefined
      ? ([
          { type: "task-started", time: createdAt, attempt: 0, ...from },
          { type: "task-succeeded", time: createdAt + 10, task: 1, attempt: 0, result: locator, next },
        ] as const)
      : ([{ type: "task-reused", time: createdAt, ...from, result: locator, next, ...times }] as const)),
    options.end === "open"
      ? {
          type: "task-started",
          time: createdAt + 20,
          task: 2,
          step: "end",
          attempt: 0,
          source: { kind: "next", after: 1 },
          path: "0",
        }
      : { type: "run-finished", time: createdAt + 20, status: "succeeded", reason: null },
  ];
  const journal = record.openJournal();
  void journal.append(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  journal.close();
  if (options.beatMs !== undefined) {
    void record.writeHeartbeat({ format: 1, host: "elsewhere", pid: 1, time: Date.now() - options.beatMs });
  }
  store.blobs.settle();
  return { flow, run, folder: `${root}/${flow}/${run}`, locator };
}

/** Points a cache entry to a result. */
export function storeCacheEntry(store: Datastore, { name, locator }: { name: number; locator: ResultLocator }): string {
  const hash = hashOf([Buffer.from(String(name))]);
  const key = `cache/${hash.slice(0, 2)}/${hash.slice(2)}.json`;
  store.storage.write(key, [Buffer.from(JSON.stringify({ format: 1, savedAt: Date.now(), result: locator }))]);
  return key;
}

/** Lets files look as if they had been stored so long ago. */
export function ageFiles(folder: string, ms: number): void {
  const then = new Date(Date.now() - ms);
  for (const file of filesIn(folder)) fs.utimesSync(file, then, then);
}

export function filesIn(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** Everything that is in a folder, times included. */
export function pictureOf(folder: string): Record<string, string> {
  const files = filesIn(folder).sort();
  return Object.fromEntries(
    files.map((file) => [
      path.relative(folder, file),
      `${hashOf([fs.readFileSync(file)])} ${fs.statSync(file).mtimeMs}`,
    ]),
  );
}

/** Keys of all blobs. */
export function blobsIn(store: Datastore): string[] {
  return [...store.storage.walk("blobs")].map(({ key }) => key).sort();
}
