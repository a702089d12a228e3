import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, onTestFinished } from "vitest";
import { loadArtifact } from "../../runtime/datastore/load-artifact.ts";
import { type Datastore, openDatastore } from "../../runtime/datastore/datastore.ts";
import type { RunEvent } from "../../runtime/datastore/run-event.ts";
import { logText } from "../../runtime/datastore/stored-log-line.ts";
import { readRun } from "../../runtime/datastore/reader/read-run.ts";
import type { RunSummary, TaskSummary } from "../../runtime/datastore/reader/run-summary.ts";
import type { AttemptResult } from "../../runtime/datastore/records.ts";

/** The repository's root: flows under `test/e2e/flows` run from here unless a test says otherwise. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const TSX = path.join(ROOT, "node_modules/tsx/dist/cli.mjs");
export const MILLRACE = path.join(ROOT, "dist/bin.js");

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** @defaultValue the repository's root */
  readonly cwd?: string;
  /** @defaultValue a fresh folder */
  readonly datastore?: string;
}

/** What a finished command left. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stdout under `--json`; none otherwise. */
  readonly events: readonly RunEvent[];
  readonly datastore: string;
}

/** The same, and the latest run that it left in its datastore. */
export interface FlowRun extends Finished {
  readonly flow: string;
  /** The run's id. */
  readonly run: string;
  readonly summary: RunSummary;
  readonly store: Datastore;
}

/** `tsx FILE ARGS`: a file name alone is one of `test/e2e/flows`. */
export function tsx(file: string, args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  return node([TSX, flowPath(file), ...args], options);
}

/** `millrace ARGS`, as installed. */
export function millrace(args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  return node([MILLRACE, ...args], options);
}

/** Runs `tsx FILE ARGS` and reads the run it left; fails the test if there is none. */
export async function runFlow(
  file: string,
  args: readonly string[] = ["run"],
  options: CommandOptions = {},
): Promise<FlowRun> {
  return withRun(await tsx(file, args, options));
}

/** The latest run in the datastore of a finished command. */
export function withRun(finished: Finished): FlowRun {
  const store = openDatastore(finished.datastore);
  const runs = store.flows().flatMap((flow) => store.runs(flow).map((run) => ({ flow, run })));
  const latest = runs.sort((a, b) => (a.run < b.run ? -1 : 1)).at(-1);
  if (latest === undefined) throw new Error(`no run was made:\n${finished.stdout}${finished.stderr}`);
  return { ...finished, ...latest, store, summary: readRun(store, latest) };
}

/** The tasks of a step, in the order of their index. */
export function tasksOf({ summary }: FlowRun, step: string): readonly TaskSummary[] {
  const tasks = summary.tasks.filter((task) => task.step === step);
  return tasks.sort((a, b) => (a.index ?? 0) - (b.index ?? 0) || a.task - b.task);
}

/** The committed result of a step's one task, or of the one at `index`. */
export function resultOf(run: FlowRun, step: string, { index = 0 }: { index?: number } = {}): AttemptResult {
  const locator = tasksOf(run, step)[index]?.result;
  if (locator == null) throw new Error(`${step} has no result at ${index}:\n${run.stdout}${run.stderr}`);
  return run.store.record(run.flow, run.run).resultAt(locator);
}

/** All artifacts of a step's one task, or of the one at `index`, loaded. */
export function readArtifacts(run: FlowRun, step: string, at: { index?: number } = {}): Record<string, unknown> {
  const entries = Object.entries(resultOf(run, step, at).artifacts);
  return Object.fromEntries(entries.map(([name, ref]) => [name, loadArtifact(run.store.blobs, name, ref)]));
}

/** One artifact of all tasks of a step, in the order of their index. */
export function artifactOfAll(run: FlowRun, step: string, name: string): unknown[] {
  return tasksOf(run, step).map((_, index) => readArtifacts(run, step, { index })[name]);
}

/** The run's parameters and configuration as they were stored. */
export function readParameters(run: FlowRun): Record<string, unknown> {
  const { parameters, configs } = run.summary.document;
  const entries = Object.entries({ ...parameters, ...configs });
  return Object.fromEntries(entries.map(([name, ref]) => [name, loadArtifact(run.store.blobs, name, ref)]));
}

/** What the latest attempt of a task printed, as it was stored. */
export function logOf(
  run: FlowRun,
  step: string,
  { index = 0, stream = "both" }: { index?: number; stream?: "stdout" | "stderr" | "both" } = {},
): string {
  const task = tasksOf(run, step)[index];
  if (task === undefined) throw new Error(`${step} has no task ${index}`);
  return logText(run.store.record(run.flow, run.run).log({ step, task: task.task, attempt: task.attempt }), stream);
}

/** A folder that is removed when the test is over. Not for tests that run at the same time: see {@link folderOfFile}. */
export function temporaryFolder(): string {
  const folder = newFolder();
  removeAfterwards(folder);
  return folder;
}

/** A folder that lives as long as the test file. */
export function folderOfFile(): string {
  const folder = newFolder();
  madeByHooks.add(() => removeFolder(folder));
  return folder;
}

function newFolder(): string {
  return fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "millrace-e2e-")));
}

function removeFolder(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** What hooks made, while there was no test: it lives as long as the test file. */
const madeByHooks = new Set<() => void>();
afterAll(() => {
  for (const remove of madeByHooks) remove();
});

function removeAfterwards(folder: string): void {
  const remove = () => removeFolder(folder);
  try {
    onTestFinished(remove);
  } catch {
    madeByHooks.add(remove);
  }
}

function flowPath(file: string): string {
  return path.isAbsolute(file) || file.startsWith(".") ? file : path.join(ROOT, "test/e2e/flows", file);
}

/** Runs Node to its end with a datastore of its own. */
export function node(argv: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  const datastore = options.datastore ?? path.join(temporaryFolder(), "store");
  const child = spawn(process.execPath, argv, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, MILLRACE_DATASTORE: datastore, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => (said[stream] += text));
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const events = argv.includes("--json") ? said.stdout.split("\n").filter((line) => line.startsWith("{")) : [];
      resolve({ code, signal, ...said, events: events.map((line) => JSON.parse(line) as RunEvent), datastore });
    });
  });
}
