import type { Datastore } from "../../../runtime/datastore/datastore.ts";
import type { DeploymentVersion } from "../../../runtime/datastore/kinds/deployment.ts";
import type { ReleaseDocument } from "../../../runtime/datastore/release-document.ts";
import type { DeploymentPlan } from "../../../runtime/deploy/deployer.ts";
import { frameOf } from "../../../runtime/deploy/frames/frame.ts";
import type { FlowGraph } from "../../../runtime/graph/flow-graph.ts";
import { readFlow } from "../../../runtime/graph/read-flow.ts";
import { readSettings } from "../../../runtime/settings/read-settings.ts";
import { flowFrom } from "../../graph/flow-from.ts";

export const PLACE = {
  AWS_REGION: "eu-central-1",
  MILLRACE_BATCH_QUEUE: "jobs",
  MILLRACE_STEP_FUNCTIONS_ROLE: "arn:aws:iam::123456789012:role/states",
  MILLRACE_STEP_FUNCTIONS_EVENT_ROLE: "arn:aws:iam::123456789012:role/events",
};

export interface AwsPlanOptions extends Partial<Omit<DeploymentVersion, "options">> {
  readonly options?: Partial<DeploymentVersion["options"]>;
  readonly env?: Readonly<Record<string, string>>;
  engineOf?(step: string): string;
}

/** What `deploy` would hand to the target for a flow whose class has that body, or for a graph. */
export function awsPlan(flow: string | FlowGraph, over: AwsPlanOptions = {}): DeploymentPlan {
  const { options = {}, env = PLACE, engineOf = () => "batch", ...rest } = over;
  const graph = typeof flow === "string" ? graphWith(flow) : flow;
  const version: DeploymentVersion = {
    ...{ format: 1, deployment: "NightlyFlow", version: 3, target: "step-functions", flow: graph.flow },
    ...{ release: "0".repeat(64), time: Date.UTC(2026, 0, 1), username: "ada", host: "laptop", project: null },
    ...{ programName: "node flow.ts", parameters: {}, tags: [], queue: null, installed: null },
    triggers: { schedules: [], events: [], finishes: [] },
    ...rest,
    options: {
      ...{ maxWorkers: null, maxCpu: null, maxMemoryMb: null, admit: "asked", maxSplits: 100_000 },
      ...{ onFailure: "stop", isolation: "module", isDurable: false, graceMs: 1000 },
      ...options,
    },
  };
  return {
    ...{ name: version.deployment, version, graph, frame: frameOf(graph), engineOf },
    release: { shipment: { runtime: "1".repeat(64) } } as unknown as ReleaseDocument,
    store: { storage: { location: "s3://bucket/team/store", folder: null } } as unknown as Datastore,
    settings: readSettings(env, "/"),
  };
}

export function graphWith(body: string): FlowGraph {
  const { graph, findings } = readFlow(flowFrom(body));
  if (graph === null || findings.length > 0) throw new Error(JSON.stringify(findings));
  return graph;
}
