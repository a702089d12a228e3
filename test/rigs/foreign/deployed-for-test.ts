import { processSettings } from "../../../runtime/config.ts";
import { type Datastore, openDatastore } from "../../../runtime/datastore/datastore.ts";
import { Deployments } from "../../../runtime/datastore/deployments.ts";
import type { DeploymentVersion } from "../../../runtime/datastore/kinds/deployment.ts";
import { readRelease } from "../../../runtime/datastore/kinds/release.ts";
import { frameOf, type Frame } from "../../../runtime/deploy/frames/frame.ts";
import type { Triggers } from "../../../sdk/base/triggers.ts";
import { resolveRunOptions } from "../../../runtime/launch/run/run-options.ts";

export interface ForeignDeployment {
  readonly store: Datastore;
  readonly version: DeploymentVersion;
  readonly frame: Frame;
  /** `NAME/VERSION`. */
  readonly deployment: string;
}

export interface ForTest {
  readonly flow: string;
  readonly run: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly triggers?: Triggers;
}

const NONE: Triggers = { schedules: [], events: [], finishes: [] };

/** Deploys what a run was begun from to a target that no table knows. */
export function deployedForTest(
  datastore: string,
  { flow, run, parameters = {}, triggers = NONE }: ForTest,
): ForeignDeployment {
  const store = openDatastore(datastore);
  const release = store.record(flow, run).document().release ?? "";
  const settings = processSettings();
  const version = new Deployments(store.storage).add({
    ...{ deployment: flow.toLowerCase(), target: "foreign", flow, release, username: "ada", project: null },
    ...{
      programName: "millrace",
      parameters,
      tags: ["nightly"],
      options: resolveRunOptions({}, settings),
      queue: null,
    },
    triggers,
  });
  const { graph } = readRelease(store.blobs, release);
  return { store, version, frame: frameOf(graph), deployment: `${version.deployment}/${version.version}` };
}
