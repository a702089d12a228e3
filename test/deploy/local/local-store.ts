import path from "node:path";
import { processSettings } from "../../../runtime/config.ts";
import { type Datastore, openDatastore } from "../../../runtime/datastore/datastore.ts";
import { Deployments } from "../../../runtime/datastore/deployments.ts";
import type { DeploymentVersion } from "../../../runtime/datastore/kinds/deployment.ts";
import { moveKey } from "../../../runtime/datastore/kinds/deployment-move.ts";
import { RECORD_FORMAT } from "../../../runtime/datastore/records.ts";
import { resolveRunOptions } from "../../../runtime/launch/run/run-options.ts";
import type { ScheduleRule, Triggers } from "../../../sdk/base/triggers.ts";
import { millrace, temporaryFolder } from "../../rigs/harness.ts";
import { ESM, makeProject, STANDARD } from "../../rigs/project.ts";

/** One step, which waits where it is asked to until a file is there. */
const FLOWS = ["QuickFlow", "AfterFlow"].map(
  (name) => `
  import fs from "node:fs";
  import { setTimeout as sleep } from "node:timers/promises";
  import { current, FlowSpec, main, parameter, step } from "millrace";
  class ${name} extends FlowSpec {
    @parameter() gate = "";
    @parameter() date = "none";
    @step start() {
      this.seen = { date: this.date };
      this.next(this.end);
    }
    @step async end() {
      while (this.gate !== "" && !fs.existsSync(this.gate)) await sleep(20);
    }
  }
  main(${name});
`,
);

/** Stored flows of which deployments are made without a command each. */
export interface LocalFlows {
  readonly cwd: string;
  readonly datastore: string;
  /** By the flow's name. */
  readonly releases: Readonly<Record<string, string>>;
}

/** Runs each flow once, so that its release is there. */
export async function localFlows(options: { datastore: string; env?: Record<string, string> }): Promise<LocalFlows> {
  const [quick = "", after = ""] = FLOWS;
  const files = { "package.json": ESM, "tsconfig.json": STANDARD, "quick.ts": quick, "after.ts": after };
  const cwd = makeProject(files);
  const releases: Record<string, string> = {};
  for (const file of ["quick.ts", "after.ts"]) {
    const ran = await millrace(["run", file, "--json"], { cwd, ...options });
    if (ran.code !== 0) throw new Error(ran.stderr);
    const { flow, run } = JSON.parse(ran.stdout.split("\n")[0] ?? "") as { flow: string; run: string };
    const store = openDatastore(options.datastore);
    releases[flow] = store.record(flow, run).document().release ?? "";
    store.close();
  }
  return { cwd, ...options, releases };
}

export interface DeployOptions {
  readonly flow?: string;
  readonly triggers?: Partial<Triggers>;
  readonly queue?: DeploymentVersion["queue"];
  readonly parameters?: Readonly<Record<string, string>>;
  readonly isPaused?: boolean;
  /** When it was deployed. */
  readonly time?: number;
}

/** Makes a deployment as `deploy` records it. */
export function deployed(
  { releases }: LocalFlows,
  store: Datastore,
  { name, flow = "QuickFlow", isPaused = false, time, ...of }: DeployOptions & { readonly name: string },
): DeploymentVersion {
  const deployments = new Deployments(store.storage);
  const settings = processSettings();
  const version = deployments.add({
    ...{ deployment: name, target: "local", flow, release: releases[flow] ?? "", username: "ada", project: null },
    ...{ programName: "millrace", parameters: of.parameters ?? {}, tags: [], queue: of.queue ?? null },
    options: resolveRunOptions({ maxWorkers: 1 }, settings),
    triggers: { schedules: [], events: [], finishes: [], ...of.triggers },
  });
  const expected = deployments.state(name)?.sequence ?? 0;
  deployments.move(name, { expected, action: "deploy", version: version.version, isPaused, username: "ada" });
  if (time !== undefined) backdate(store, { name, sequence: expected + 1, time });
  return version;
}

/** As if the move had been made then. */
export function backdate(
  store: Datastore,
  { name, sequence, time }: { name: string; sequence: number; time: number },
): void {
  const key = moveKey(name, sequence);
  const move = JSON.parse(Buffer.from(store.storage.read(key) ?? []).toString()) as object;
  store.storage.write(key, [Buffer.from(`${JSON.stringify({ ...move, format: RECORD_FORMAT, time })}\n`)]);
}

export function everyMinute(of: Partial<ScheduleRule> = {}): ScheduleRule {
  return { cron: "* * * * *", timezone: "UTC", catchUp: "all", overlap: "allow", ...of };
}

export function storeFolder(): string {
  return path.join(temporaryFolder(), "store");
}
