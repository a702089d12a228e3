import { type Datastore, prepareDatastore } from "../../runtime/datastore/datastore.ts";
import { Deployments, type NewVersion } from "../../runtime/datastore/deployments.ts";
import type { DeploymentVersion, ScheduleRule } from "../../runtime/datastore/kinds/deployment.ts";
import { putRelease } from "../../runtime/datastore/release-document.ts";
import { hashOf } from "../../runtime/datastore/blobs.ts";
import { graphOf } from "./graph-of.ts";

export const NO_TRIGGERS = { schedules: [], events: [], finishes: [] } as const;
/** Every morning, by default as a decorator has it. */
export const DAILY: ScheduleRule = { cron: "0 6 * * *", timezone: "UTC", catchUp: "last", overlap: "skip" };

/** A version as `deploy` would write it. */
export function newVersion(of: Partial<NewVersion> = {}): NewVersion {
  return {
    ...{ deployment: "SampleFlow", target: "local", flow: "SampleFlow", release: "0".repeat(64), username: "ada" },
    ...{ project: null, programName: "millrace", parameters: {}, tags: [], triggers: NO_TRIGGERS, queue: null },
    options: {
      ...{ maxWorkers: null, maxCpu: null, maxMemoryMb: null, admit: "asked", maxSplits: 100, onFailure: "stop" },
      ...{ isolation: "module", isDurable: false, graceMs: 10_000 },
    },
    ...of,
  };
}

/** A deployment that is current, of a release that is stored. */
export function deployed(store: Datastore, of: Partial<NewVersion> = {}): DeploymentVersion {
  prepareDatastore(store);
  const deployments = new Deployments(store.storage);
  const version = deployments.add(newVersion({ release: storedRelease(store, of.flow), ...of }));
  const expected = deployments.state(version.deployment)?.sequence ?? 0;
  const move = { action: "deploy", version: version.version, isPaused: false, username: version.username } as const;
  deployments.move(version.deployment, { ...move, expected });
  return version;
}

function storedRelease({ blobs }: Datastore, flow = "SampleFlow"): string {
  const code = [Buffer.from("code")];
  blobs.put(hashOf(code), code);
  const release = putRelease(blobs, {
    ...{ format: 1, flow, graph: { ...graphOf("this.end", ""), flow }, code: hashOf(code), flowFile: "flow.ts" },
    ...{ place: { root: "/", file: "/flow.ts" }, stepCode: {}, environments: {}, configs: {}, parameters: [] },
    ...{ project: null, exitHooks: [], secrets: {}, engines: {}, versions: { millrace: "0.0.0", node: "20.19.0" } },
  });
  blobs.settle();
  return release;
}
