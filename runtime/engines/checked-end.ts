import { faultOfTransition } from "../datastore/shapes/parts.ts";
import { parseLocator, type TakenTransition } from "../datastore/records.ts";
import { type FlowGraph, nodeOf, type Transition } from "../graph/flow-graph.ts";
import type { TaskEnded } from "./compute-backend.ts";
import type { TaskOutcome } from "../task/task-outcome.ts";

/** Hashes as blobs are named. */
const HASH = /^[0-9a-f]{64}$/;
const SEGMENT = /^[\w-]+$/;

export interface EndOf {
  readonly graph: FlowGraph;
  readonly run: string;
  /** The run that this one resumes: jobs that it left go on for this one, and commit to its record. */
  readonly originRun: string | null;
}

/** The same event, or that of a failure if what it tells is nothing that this attempt of this step can have done. */
export function checkedEnd(event: TaskEnded, of: EndOf): TaskEnded {
  const fault = event.outcome.status === "failed" ? null : faultOfEnd(event, event.outcome, of);
  if (fault === null) return event;
  const message = `what its process told of the end is not possible: ${fault}`;
  const error = { name: "ProcessEnded", message, code: "MILLRACE_PROCESS_ENDED" };
  return { ...event, outcome: { status: "failed", error, isRetryable: true, isCrash: true } };
}

function faultOfEnd(
  { step, task, attempt }: TaskEnded,
  { next, result }: Exclude<TaskOutcome, { status: "failed" }>,
  { graph, run, originRun }: EndOf,
): string | null {
  const place = parseLocator(result);
  const isOwn = place.run === run && place.task === task && place.attempt === attempt;
  // There the same work may have had another number.
  const isSuperseded = place.run === originRun;
  const isPlace = SEGMENT.test(place.segment) && Number.isSafeInteger(place.offset) && place.offset >= 0;
  if (!(isOwn || isSuperseded) || place.step !== step || !isPlace) return `${result} is not where its result can be`;
  return faultOfTransition(next) ?? faultOfNext(next, nodeOf(graph, step).transition);
}

function faultOfNext(taken: TakenTransition, known: Transition): string | null {
  if (taken.kind !== known.kind) return `it went on by ${taken.kind}, where its source says ${known.kind}`;
  return isOneOf(taken, known)
    ? null
    : `its source does not name this transition: ${JSON.stringify(taken).slice(0, 200)}`;
}

function isOneOf(taken: TakenTransition, known: Transition): boolean {
  switch (taken.kind) {
    case "end":
      return true;
    case "linear":
      return known.kind === "linear" && taken.target === known.target;
    case "branch":
      return known.kind === "branch" && taken.targets.join() === known.targets.join();
    case "switch":
      return (
        known.kind === "switch" && Object.hasOwn(known.cases, taken.case) && known.cases[taken.case] === taken.target
      );
    case "gang":
      return known.kind === "gang" && taken.target === known.target && isCount(taken.size, 1);
    case "foreach": {
      const { size, items } = taken;
      const isList = isCount(items.itemsPerBlob, 1) && items.blobs.length === Math.ceil(size / items.itemsPerBlob);
      const isNamed = items.blobs.every((hash) => typeof hash === "string" && HASH.test(hash));
      return known.kind === "foreach" && taken.target === known.target && isCount(size, 0) && isList && isNamed;
    }
  }
}

function isCount(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}
