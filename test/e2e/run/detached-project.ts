import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect } from "vitest";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { thisMachine } from "../../../runtime/datastore/reader/is-alive.ts";
import { readRunHeader } from "../../../runtime/datastore/reader/read-run.ts";
import type { RunHeader } from "../../../runtime/datastore/reader/run-summary.ts";
import { type CommandOptions, millrace } from "../../rigs/harness.ts";
import { ESM, LEGACY, makeProject } from "../../rigs/project.ts";

/** Where a variable `GO` names a file, its folds are trained once that is there. */
export const TRAINING = `import fs from "node:fs";
import { FlowSpec, main, parameter, secrets, step } from "millrace";

class TrainFlow extends FlowSpec {
  @parameter() rate = 0.1;
  folds = [1, 2, 3];
  losses: number[] = [];
  loss = 0;
  @step start() { this.next(this.train, { foreach: "folds" }); }
  @step async train() {
    while (process.env.GO !== undefined && !fs.existsSync(process.env.GO)) await new Promise((go) => setTimeout(go, 20));
    this.loss = this.rate * (this.input as number);
    this.next(this.join);
  }
  @step join(inputs: TrainFlow[]) { this.losses = inputs.map(({ loss }) => loss); this.next(this.end); }
  @step end() {}
}
main(TrainFlow);
`;

/** Of a run whose tasks are jobs, on a busy machine. */
export const LONG_MS = 400_000;

export interface DetachedProject extends CommandOptions {
  readonly cwd: string;
  readonly datastore: string;
  /** The file for which its folds wait. */
  readonly go: string;
}

export function detachedProject(
  source = TRAINING,
  { datastore, env = {} }: Pick<CommandOptions, "datastore" | "env"> = {},
): DetachedProject {
  const cwd = makeProject({ "flow.ts": source, "package.json": ESM, "tsconfig.json": LEGACY });
  const cache = path.join(cwd, "cache");
  return {
    cwd,
    go: path.join(cwd, "go"),
    datastore: datastore ?? path.join(cwd, "store"),
    env: { MILLRACE_CACHE: cache, ...env },
  };
}

/** Starts a run, and gives its id once the command has ended. */
export async function detached(at: DetachedProject, ...args: string[]): Promise<string> {
  const begun = await millrace(["run", "flow.ts", "--detach", ...args], at);
  expect(begun.code, begun.stderr).toBe(0);
  return begun.stdout.trim();
}

export function headerOf(at: DetachedProject, run: string): RunHeader {
  return readRunHeader(openDatastore(at.datastore), { flow: "TrainFlow", run });
}

/** How it ended; its scheduler, if it is a process of this machine, is gone by then. */
export async function ended(at: DetachedProject, run: string): Promise<string> {
  await expect.poll(() => headerOf(at, run).finishedAt, { timeout: LONG_MS }).not.toBeNull();
  const beat = openDatastore(at.datastore).record("TrainFlow", run).heartbeat();
  if (beat?.host === os.hostname()) await expect.poll(() => thisMachine.hasProcess(beat.pid)).toBe(false);
  return headerOf(at, run).status;
}

export function go({ go: file }: DetachedProject): void {
  fs.writeFileSync(file, "");
}
