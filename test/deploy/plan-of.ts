import { datastoreOn } from "../../runtime/datastore/datastore.ts";
import type { DeploymentVersion } from "../../runtime/datastore/kinds/deployment.ts";
import { RECORD_FORMAT } from "../../runtime/datastore/records.ts";
import type { DeploymentPlan } from "../../runtime/deploy/deployer.ts";
import { frameOf } from "../../runtime/deploy/frames/frame.ts";
import type { FlowGraph } from "../../runtime/graph/flow-graph.ts";
import { readSettings } from "../../runtime/settings/read-settings.ts";
import { memoryStorage } from "../../sdk/testing/memory-storage.ts";
import { temporaryFolder } from "../rigs/harness.ts";

export interface PlanOptions {
  readonly name?: string;
  readonly target?: string;
  /** By default, that of every step. */
  readonly engine?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly datastore?: string;
  readonly version?: Partial<DeploymentVersion>;
}

const HASH = "0".repeat(64);

/** What a target is given of a flow of that graph; nothing of it is stored. */
export function planOf(graph: FlowGraph, of: PlanOptions = {}): DeploymentPlan {
  const { name = "sample", target = "local", engine = "local", env = {}, datastore = temporaryFolder() } = of;
  const isRemote = datastore.includes("://");
  const version: DeploymentVersion = {
    ...{ format: RECORD_FORMAT, deployment: name, version: 3, target, flow: graph.flow, release: HASH },
    ...{ time: Date.UTC(2026, 2, 1, 12), username: "ada", host: "laptop", project: null, programName: "millrace" },
    ...{ parameters: {}, tags: [], queue: null, installed: null },
    options: {
      ...{ maxWorkers: null, maxCpu: null, maxMemoryMb: null, admit: "asked", maxSplits: 100, onFailure: "stop" },
      ...{ isolation: "module", isDurable: false, graceMs: 10_000 },
    },
    triggers: { schedules: [], events: [], finishes: [] },
    ...of.version,
  };
  return {
    ...{ name, version, graph, frame: frameOf(graph), engineOf: () => engine },
    store: datastoreOn({ ...memoryStorage(), location: datastore, folder: isRemote ? null : datastore, isRemote }),
    settings: readSettings(env, isRemote ? temporaryFolder() : datastore),
    release: {
      ...{ format: RECORD_FORMAT, flow: graph.flow, graph, code: HASH, flowFile: "flow.ts", stepCode: {} },
      ...{ place: { root: "/", file: "/flow.ts" }, environments: {}, configs: {}, parameters: [], project: null },
      ...{ exitHooks: [], secrets: {}, engines: {}, versions: { millrace: "0.0.0", node: "20.19.0" } },
      shipment: { runtime: HASH } as never,
    },
  };
}
