import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import path from "node:path";
import { expect } from "vitest";
import { processSettings } from "../../../runtime/config.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { readRun } from "../../../runtime/datastore/reader/read-run.ts";
import type { RunSummary } from "../../../runtime/datastore/reader/run-summary.ts";
import { beginPending } from "../../../runtime/launch/detached/begin-pending.ts";
import { newRunId } from "../../../runtime/datastore/new-run-id.ts";
import { resolveRunOptions } from "../../../runtime/launch/run/run-options.ts";
import { MILLRACE, millrace, ROOT, withRun } from "../../rigs/harness.ts";
import { flowFile, processesWith } from "../resume/started-flow.ts";
import { hashesOf } from "../../matrix/hashes-of.ts";

export type Variables = Readonly<Record<string, string>>;

export interface DrivenRun {
  readonly flow: string;
  readonly run: string;
  readonly datastore: string;
  readonly env: Variables;
}

export interface StartedDrive {
  readonly pid: number;
  stderr(): string;
  exit(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Resolves when neither it nor a worker of it is left. */
  allGone(): Promise<void>;
}

/** A deployed run that waits for its scheduler, of the release of an undisturbed run in the same store. */
export async function pendingRun(file: string, of: { readonly datastore: string; readonly env: Variables }) {
  const { datastore, env } = of;
  const undisturbed = withRun(await millrace(["run", flowFile(file)], { datastore, env }));
  expect(undisturbed.code, undisturbed.stderr).toBe(0);
  const { flow, run: id, store, summary } = undisturbed;
  const settings = processSettings();
  const { run } = await beginPending(store, {
    ...{ settings, release: summary.document.release ?? "", run: newRunId(Date.now()), texts: {}, tags: [] },
    deployment: { name: "shapes", version: 1, target: "local" },
    trigger: { events: [], runs: [], scheduledAt: Date.now() },
    ...{ programName: "millrace", options: resolveRunOptions({ maxWorkers: 2, graceMs: 500 }, settings) },
    ...{ username: "ada", project: null, awaits: "a scheduler" },
  });
  return { flow, run, datastore, env, undisturbed: hashesOf({ datastore, className: flow }, id) };
}

export function startDrive({ flow, run, datastore, env }: DrivenRun, more: Variables = {}): StartedDrive {
  const mark = randomUUID();
  const child = spawn(process.execPath, [MILLRACE, "drive", `${flow}/${run}`], {
    cwd: ROOT,
    env: { ...process.env, ...env, ...more, MILLRACE_DATASTORE: datastore, MILLRACE_E2E_MARK: mark },
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const closed = once(child, "close").then(([code, signal]: unknown[]) => {
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  return {
    pid: child.pid ?? 0,
    stderr: () => stderr,
    exit: () => closed,
    allGone: () =>
      expect.poll(() => processesWith(`MILLRACE_E2E_MARK=${mark}`), { timeout: 60_000, interval: 10 }).toEqual([]),
  };
}

/** Drives it until that line of its journals, and kills it there. */
export async function killedAt(of: DrivenRun, at: Variables): Promise<void> {
  const hook = `--import ${new URL("kill-at-line.mjs", import.meta.url).href}`;
  const drive = startDrive(of, { ...at, NODE_OPTIONS: hook });
  expect(await drive.exit(), drive.stderr()).toMatchObject({ signal: "SIGKILL" });
  await drive.allGone();
}

/** Drives it to its end. */
export async function drivenToEnd(of: DrivenRun): Promise<RunSummary> {
  const drive = startDrive(of);
  expect(await drive.exit(), drive.stderr()).toMatchObject({ code: 0 });
  await drive.allGone();
  return summaryOf(of);
}

export function summaryOf({ datastore, flow, run }: DrivenRun): RunSummary {
  return readRun(openDatastore(datastore), { flow, run });
}

export function folderOf({ datastore, flow, run }: DrivenRun): string {
  return path.join(datastore, "flows", flow, run);
}

/** `step@path` of the tasks that are over: their results are committed, whether or not a journal says so. */
export function committedTasks({ datastore, flow, run }: DrivenRun): readonly string[] {
  const record = openDatastore(datastore).record(flow, run);
  const done = new Set([...record.committed()].map(({ result }) => `${result.task}/${result.attempt}`));
  return [...record.events()].flatMap((event) =>
    event.type === "task-started" && done.has(`${event.task}/${event.attempt}`) ? [`${event.step}@${event.path}`] : [],
  );
}

/** The same artifacts as those of an undisturbed run, each task committed once, and a store in which all is well. */
export async function expectUndisturbed(of: DrivenRun & { readonly undisturbed: unknown }): Promise<void> {
  const { datastore, flow, run, undisturbed } = of;
  expect(summaryOf(of).status).toBe("succeeded");
  expect(hashesOf({ datastore, className: flow }, run)).toEqual(undisturbed);
  const committed = committedTasks(of);
  expect(committed).toHaveLength(new Set(committed).size);
  const fsck = await millrace(["fsck"], { datastore });
  expect(fsck.code, fsck.stdout).toBe(0);
}
