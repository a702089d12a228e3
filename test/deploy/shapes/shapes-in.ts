import type { FlowGraph } from "../../../runtime/graph/flow-graph.ts";
import { type Frame, frameOf, type FrameStep } from "../../../runtime/deploy/frames/frame.ts";

type Split = "branch" | "foreach" | "gang";

/** The rows of the table that a flow shows by its graph; what its data and triggers show is not among them. */
export function shapesIn(graph: FlowGraph): ReadonlySet<string> {
  const found = new Set<string>();
  walk(frameOf(graph), { around: [], found });
  for (const { settings } of graph.steps) {
    if ((settings.retry?.delayMs ?? 0) > 0) found.add("`@retry` with a delay");
    if (settings.timeoutMs !== undefined) found.add("`@timeout`");
    if (settings.catchAs !== undefined) found.add("`@catchError`");
  }
  return found;
}

interface Place {
  /** The splits around, the outermost first. */
  readonly around: readonly Split[];
  readonly found: Set<string>;
}

function walk(frame: Frame, place: Place): void {
  if (frame.hasLoop) place.found.add("loop");
  for (const step of frame.steps) walkStep(step, place);
}

function walkStep({ goes }: FrameStep, { around, found }: Place): void {
  if (goes.kind === "to") found.add("linear");
  if (goes.kind === "switch") found.add("switch");
  if (goes.kind !== "split") return;
  const { split, bodies } = goes;
  found.add(split);
  if (split === "foreach" && around.includes("foreach")) found.add("nested foreach");
  for (const outer of around) if (outer !== split) found.add(`${split} in ${outer}`);
  if (bodies.some(({ steps }) => steps.length > 1)) found.add("bodies of several steps");
  for (const body of bodies) walk(body, { around: [...around, split], found });
}
