import type { StepSettings } from "../../../sdk/base/step-settings.ts";
import type { Triggers } from "../../../sdk/base/triggers.ts";
import type { FlowGraph } from "../../../runtime/graph/flow-graph.ts";
import { SHAPES } from "../../matrix/shapes/all.ts";
import { graphOfShape } from "../graph-of.ts";
import { DAILY, NO_TRIGGERS } from "../version-of.ts";

/** A row of the table in docs/production.md, with the smallest flow that shows it. */
export interface ShapeRow {
  readonly name: string;
  readonly graph: FlowGraph;
  readonly triggers?: Triggers;
  readonly hasExitHook?: boolean;
}

const RETRY = { times: 2, delayMs: 60_000, backoff: 2, maxDelayMs: null, jitter: false, hasFilter: false };
const EVENT = { events: ["rates-arrived"], parameters: {}, policy: "each" } as const;

export const SHAPE_ROWS: readonly ShapeRow[] = [
  ofShape("linear", "linear"),
  ofShape("branch", "branch"),
  ofShape("foreach", "foreach"),
  ofShape("empty foreach", "empty foreach"),
  ofShape("nested foreach", "triple nested foreach"),
  ofShape("bodies of several steps", "two-step foreach"),
  ofShape("branch in foreach", "branch in foreach"),
  ofShape("foreach in branch", "foreach in branch"),
  ofShape("switch", "switch"),
  ofShape("loop", "loop"),
  ofShape("gang", "gang"),
  { name: "`@retry` with a delay", graph: linearWith({ retry: RETRY }) },
  { name: "`@timeout`", graph: linearWith({ timeoutMs: 60_000 }) },
  { name: "`@catchError`", graph: linearWith({ catchAs: "problem" }) },
  { name: "`@onExit`", graph: linearWith({}), hasExitHook: true },
  { name: "`@schedule`", graph: linearWith({}), triggers: { ...NO_TRIGGERS, schedules: [DAILY] } },
  { name: "`@trigger`", graph: linearWith({}), triggers: { ...NO_TRIGGERS, events: [EVENT] } },
  { name: "`@triggerOnFinish`", graph: linearWith({}), triggers: { ...NO_TRIGGERS, finishes: [{ flow: "EtlFlow" }] } },
];

function ofShape(name: string, title: string): ShapeRow {
  const shape = SHAPES.find((one) => one.name === title);
  if (shape === undefined) throw new Error(`the matrix has no shape ${title}`);
  return { name, graph: graphOfShape(shape) };
}

function linearWith(settings: StepSettings): FlowGraph {
  const { graph } = ofShape("linear", "linear");
  return { ...graph, steps: graph.steps.map((node) => (node.name === graph.end ? node : { ...node, settings })) };
}
