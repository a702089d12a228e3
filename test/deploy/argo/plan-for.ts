import { memoryStorage } from "../../../sdk/testing/memory-storage.ts";
import type { StepSettings } from "../../../sdk/base/step-settings.ts";
import type { Triggers } from "../../../sdk/base/triggers.ts";
import { datastoreOn } from "../../../runtime/datastore/datastore.ts";
import type { DeploymentVersion } from "../../../runtime/datastore/kinds/deployment.ts";
import type { DeploymentPlan } from "../../../runtime/deploy/deployer.ts";
import { frameOf } from "../../../runtime/deploy/frames/frame.ts";
import type { FlowGraph } from "../../../runtime/graph/flow-graph.ts";
import { readFlow } from "../../../runtime/graph/read-flow.ts";
import { Settings } from "../../../runtime/settings/read-settings.ts";
import { flowFrom } from "../../graph/flow-from.ts";
import { flowSource } from "../../matrix/flow/source.ts";
import type { Shape } from "../../matrix/shapes/shape.ts";

export interface PlanForOptions {
  readonly name?: string;
  /** Of steps, by name. */
  readonly settings?: Readonly<Record<string, StepSettings>>;
  readonly triggers?: Partial<Triggers>;
  readonly version?: Partial<DeploymentVersion>;
  readonly variables?: Readonly<Record<string, string>>;
  /** Of the datastore. */
  readonly location?: string;
  /** Where the project's settings are looked for. */
  readonly cwd?: string;
  readonly engines?: Readonly<Record<string, string>>;
}

/** A deployment of a flow that is given as JavaScript methods, with its datastore in a bucket that nothing asks for. */
export function planFor(body: string, of: PlanForOptions = {}): DeploymentPlan {
  const { graph: read, findings } = readFlow(flowFrom(body));
  if (read === null || findings.length > 0) throw new Error(JSON.stringify(findings));
  const graph: FlowGraph = {
    ...read,
    steps: read.steps.map((node) => ({ ...node, settings: { ...node.settings, ...of.settings?.[node.name] } })),
  };
  const { name = "sample", triggers = {}, location = "s3://bucket/store" } = of;
  const storage = { ...memoryStorage(), location, folder: null, isRemote: true };
  const version = {
    ...{ format: 1, deployment: name, version: 3, target: "argo", flow: graph.flow, release: "0".repeat(64) },
    ...{ time: Date.parse("2026-03-01T00:00:00Z"), username: "ada", host: "laptop", project: null },
    ...{ programName: "millrace", parameters: {}, tags: [], queue: null, installed: null },
    options: {
      ...{ maxWorkers: null, maxCpu: null, maxMemoryMb: null, admit: "asked", maxSplits: 1000 },
      ...{ onFailure: "stop", isolation: "module", isDurable: false, graceMs: 1000 },
    },
    triggers: { schedules: [], events: [], finishes: [], ...triggers },
    ...of.version,
  } as DeploymentVersion;
  return {
    ...{ name, version, graph, frame: frameOf(graph), store: datastoreOn(storage) },
    release: {
      shipment: { runtime: "1".repeat(64) },
      secrets: {},
      place: { root: "/app", file: "/app/flow.ts" },
    } as never,
    settings: new Settings({ MILLRACE_IMAGE: "registry.example/node:22", ...of.variables }, of.cwd ?? "/"),
    engineOf: (step) => of.engines?.[step] ?? "kubernetes",
  };
}

/** The methods of a shape of the matrix, as JavaScript. */
export function methodsOf(shape: Shape): string {
  const source = flowSource(shape, { className: "Sample", additions: [] });
  const from = source.indexOf("@step");
  const body = source.slice(from, source.lastIndexOf("main(")).trimEnd().replace(/\}$/, "");
  return body
    .replaceAll("@step ", "")
    .replaceAll(/\((?:inputs: Inputs<\w+>|item: string)\) \{/g, (one) =>
      one.startsWith("(inputs") ? "(inputs) {" : "(item) {",
    );
}

/** Two steps for each item, and their join. */
export const FOREACH = `start() { this.next(this.fitAll, { foreach: 'xs' }) } fitAll(x) { this.next(this.two) } two() { this.next(this.join) }
  join(inputs) { this.next(this.end) } end() {}`;
