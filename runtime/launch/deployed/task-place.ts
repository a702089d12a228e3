import type { ForeachPlace } from "../../task/task-spec.ts";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { ResultLocator, TakenTransition } from "../../datastore/records.ts";
import type { TaskSource } from "../../datastore/run-event.ts";
import type { DoneTask, TaskEvents } from "../../datastore/task-events.ts";
import { type FlowGraph, nodeOf } from "../../graph/flow-graph.ts";
import { arrivedResults } from "./arrived-results.ts";
import { taskNumber } from "./task-number.ts";

/** Where in the run a task of a step stands. */
export type TaskPlace =
  | { readonly kind: "next"; readonly task: PlacedTask }
  /** The last one of the step there is done: whoever asks for it again is told how it went. */
  | { readonly kind: "done"; readonly done: DoneTask };

export interface PlacedTask {
  readonly step: string;
  readonly path: string;
  readonly source: TaskSource;
  readonly inputs: readonly ResultLocator[];
  readonly stack: readonly ForeachPlace[];
  readonly gang: { readonly size: number; readonly index: number } | null;
}

export interface AskedTask {
  readonly step: string;
  /** Children of the enclosing splits, outermost first. */
  readonly at: readonly number[];
}

/** What happens in one child of a split, or in the run outside of all. */
interface Frame {
  /** Of the paths of its tasks. */
  readonly prefix: string;
  /** The split, and which child this is; null outside of all. */
  readonly split: { readonly done: DoneTask; readonly index: number } | null;
  readonly stack: readonly ForeachPlace[];
}

/**
 * Finds the place of a task by what others of its run have recorded: nobody else knows how far that has come.
 * @throws MillraceError where what comes before it is not done
 */
export function placeTask(events: TaskEvents, graph: FlowGraph, { step, at }: AskedTask): TaskPlace {
  const { splits } = nodeOf(graph, step);
  if (splits.length !== at.length) throw notThere(step, `it is in ${splits.length} splits, and ${at.length} are told`);
  let frame: Frame = { prefix: "", split: null, stack: [] };
  for (const [level, index] of at.entries()) {
    const split = latestOf(events, { frame, step: splits[level] ?? "" });
    if (split === null) throw notThere(step, `${splits[level] ?? ""} is not done`);
    frame = childFrame(frame, { split, index });
  }
  return placeIn(frame, { events, graph, step });
}

function placeIn(frame: Frame, of: { events: TaskEvents; graph: FlowGraph; step: string }): TaskPlace {
  const { events, graph, step } = of;
  const last = lastDone(events, frame.prefix);
  if (last === null) {
    if (entryOf(frame, graph) !== step) throw notThere(step, `${entryOf(frame, graph) ?? "its split"} is not done`);
    const source: TaskSource =
      frame.split === null
        ? { kind: "start" }
        : { kind: "child", split: taskNumber(frame.split.done.start.path), index: frame.split.index };
    return placed(frame, { step, hop: 0, source, inputs: frame.split === null ? [] : [frame.split.done.end.result] });
  }
  const { next } = last.end;
  const after = taskNumber(last.start.path);
  const hop = hopOf(last.start.path) + 1;
  if (next.kind === "linear" || next.kind === "switch") {
    if (next.target === step && !nodeOf(graph, step).isJoin)
      return placed(frame, { step, hop, source: { kind: "next", after }, inputs: [last.end.result] });
  } else if (next.kind !== "end" && nodeOf(graph, last.start.step).join === step) {
    const inputs = arrivedResults(events, { split: last, join: step, size: sizeOf(next) });
    if (inputs === null) throw notThere(step, `not all children of ${last.start.step} are done`);
    return placed(frame, { step, hop, source: { kind: "join", split: after }, inputs });
  }
  const done = latestOf(events, { frame, step, last });
  if (done === null) throw notThere(step, `${last.start.step} is done, and does not lead there`);
  return { kind: "done", done };
}

function placed(
  { prefix, split, stack }: Frame,
  of: Pick<PlacedTask, "step" | "source" | "inputs"> & { readonly hop: number },
): TaskPlace {
  const { hop, ...task } = of;
  const next = split?.done.end.next;
  const gang = next?.kind === "gang" ? { size: next.size, index: split?.index ?? 0 } : null;
  return { kind: "next", task: { ...task, path: `${prefix}${hop}`, stack, gang } };
}

/** The step with which a frame begins. */
function entryOf({ split }: Frame, graph: FlowGraph): string | undefined {
  if (split === null) return graph.start;
  const { next } = split.done.end;
  if (next.kind === "branch") return next.targets[split.index];
  return next.kind === "end" ? undefined : next.target;
}

function childFrame({ stack }: Frame, { split, index }: { split: DoneTask; index: number }): Frame {
  const { next } = split.end;
  const { step, path } = split.start;
  if (index >= sizeOf(next)) throw notThere(step, `it has ${sizeOf(next)} children, and one is asked for at ${index}`);
  const prefix = `${path}/${index}.`;
  if (next.kind !== "foreach") return { prefix, split: { done: split, index }, stack };
  const { blobs, itemsPerBlob } = next.items;
  const own = { step, index, size: next.size, at: index % itemsPerBlob };
  const blob = blobs[Math.floor(index / itemsPerBlob)] ?? "";
  return { prefix, split: { done: split, index }, stack: [...stack, { ...own, blob }] };
}

/** How many children a split has; 0 for what is none. */
export function sizeOf(next: TakenTransition): number {
  if (next.kind === "branch") return next.targets.length;
  return next.kind === "foreach" || next.kind === "gang" ? next.size : 0;
}

/** The last task of the step in that frame that is done; null if there is none. */
function latestOf(
  events: TaskEvents,
  { frame, step, last = lastDone(events, frame.prefix) }: { frame: Frame; step: string; last?: DoneTask | null },
): DoneTask | null {
  for (let one = last; one !== null;) {
    if (one.start.step === step) return one;
    const before = hopOf(one.start.path) - 1;
    one = before < 0 ? null : events.endOf(`${frame.prefix}${before}`);
  }
  return null;
}

/** The last task of a frame that is done: they are done in a row, so it takes few looks. */
function lastDone(events: TaskEvents, prefix: string): DoneTask | null {
  const known = new Map<number, DoneTask | null>();
  const at = (hop: number): DoneTask | null => {
    const found = known.get(hop) ?? events.endOf(`${prefix}${hop}`);
    known.set(hop, found);
    return found;
  };
  if (at(0) === null) return null;
  let [low, high] = [0, 1];
  while (at(high) !== null) [low, high] = [high, high * 2 + 1];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (at(middle) === null) high = middle;
    else low = middle;
  }
  return at(low);
}

function hopOf(path: string): number {
  return Number(path.slice(path.lastIndexOf(".") + 1));
}

function notThere(step: string, why: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DEPLOYED_TASK",
    headline: `Cannot execute ${step} because its place in the run is not known: ${why}`,
    hint: "the target starts tasks in another order than the flow says: deploy the flow again",
  });
}
