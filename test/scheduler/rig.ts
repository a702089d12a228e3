import type { TaskOutcome } from "../../runtime/task/task-outcome.ts";
import type { TaskSpec } from "../../runtime/task/task-spec.ts";
import type { RunEvent } from "../../runtime/datastore/run-event.ts";
import type { TakenTransition } from "../../runtime/datastore/records.ts";
import { readFlow } from "../../runtime/graph/read-flow.ts";
import { type FlowGraph, nodeOf } from "../../runtime/graph/flow-graph.ts";
import { Scheduler, type SchedulerOptions } from "../../runtime/scheduler/scheduler.ts";
import type { RunState } from "../../runtime/scheduler/run-state.ts";
import type { StepSettings } from "../../sdk/base/step-settings.ts";
import { flowFrom } from "../graph/flow-from.ts";
import { FakeBackend } from "./fake-backend.ts";
import { ManualClock } from "./manual-clock.ts";

export interface RigOptions extends Partial<
  Pick<SchedulerOptions, "limit" | "onFailure" | "reusable" | "record" | "capacities" | "held">
> {
  readonly settings?: Readonly<Record<string, StepSettings>>;
  /** How many children a foreach or gang has, by the step that splits. */
  readonly sizes?: Readonly<Record<string, number>>;
}

/** A scheduler at work on a backend and a clock that the test moves. */
export interface Rig {
  readonly backend: FakeBackend;
  readonly clock: ManualClock;
  readonly scheduler: Scheduler;
  /** All that was recorded. */
  readonly events: readonly RunEvent[];
  readonly end: Promise<RunState>;
  /** Steps of the attempts under way, oldest first. */
  running(): string[];
  /** The newest attempt under way of a step. */
  task(step: string): TaskSpec;
  begin(step: string): void;
  /** The engine took it back before it began. */
  giveBack(step: string): void;
  succeed(step: string, next?: TakenTransition): void;
  fail(step: string, outcome?: Partial<Extract<TaskOutcome, { status: "failed" }>>): void;
  conclude(step: string, outcome: TaskOutcome): void;
  /** Lets every task succeed until nothing runs. */
  drain(): void;
}

/** The graph of a flow class given as the text of its body. */
export function graphFrom(body: string, settings: RigOptions["settings"] = {}): FlowGraph {
  const { graph, findings } = readFlow(flowFrom(body), { settingsOf: (_, step) => settings[step] ?? {} });
  if (graph === null) throw new Error(findings.map(({ message }) => message).join("\n"));
  return graph;
}

/** Nothing changes a graph: one that thousands of runs go through is read once. */
const graphs = new Map<string, FlowGraph>();

function knownGraph(body: string): FlowGraph {
  const known = graphs.get(body) ?? graphFrom(body);
  graphs.set(body, known);
  return known;
}

export function rig(body: string, options: RigOptions = {}): Rig {
  const graph = options.settings === undefined ? knownGraph(body) : graphFrom(body, options.settings);
  const backend = new FakeBackend();
  const clock = new ManualClock();
  const events: RunEvent[] = [];
  const { limit = 4, onFailure = "stop", reusable = () => null, capacities = [], record } = options;
  const keep = (batch: readonly RunEvent[]) => {
    const stored = record?.(batch);
    for (const event of batch) events.push(event);
    return stored;
  };
  const { held = () => undefined } = options;
  const scheduler = new Scheduler({
    graph,
    backend,
    limit,
    onFailure,
    clock,
    reusable,
    capacities,
    held,
    record: keep,
  });
  const end = scheduler.run();
  end.catch(() => undefined);

  const task = (step: string): TaskSpec => {
    const spec = [...backend.running.values()].findLast((one) => one.step === step);
    if (spec === undefined) throw new Error(`${step} does not run; these do: ${running().join(", ")}`);
    return spec;
  };
  const running = () => [...backend.running.values()].map((spec) => spec.step);
  const conclude = (spec: TaskSpec, outcome: TaskOutcome) => {
    backend.running.delete(spec.task);
    scheduler.deliver({ type: "ended", task: spec.task, step: spec.step, attempt: spec.attempt, outcome });
  };
  const succeeded = (spec: TaskSpec, next: TakenTransition) => {
    const result = `r1/${spec.step}/${spec.task}/${spec.attempt}`;
    conclude(spec, { status: "succeeded", next, result });
  };
  const usual = (step: string) => usualTransition(graph, step, options.sizes?.[step] ?? 1);

  return {
    backend,
    clock,
    scheduler,
    events,
    end,
    running,
    task,
    begin(step) {
      const spec = task(step);
      scheduler.deliver({ type: "began", task: spec.task, step, attempt: spec.attempt });
    },
    giveBack(step) {
      const spec = task(step);
      scheduler.deliver({ type: "returned", task: spec.task, step, attempt: spec.attempt });
    },
    succeed: (step, next = usual(step)) => succeeded(task(step), next),
    fail: (step, outcome = {}) => conclude(task(step), { ...failure(), ...outcome }),
    conclude: (step, outcome) => conclude(task(step), outcome),
    drain() {
      for (let spec = oldest(backend); spec !== undefined; spec = oldest(backend)) {
        succeeded(spec, usual(spec.step));
      }
    },
  };
}

function failure(message = "it broke"): Extract<TaskOutcome, { status: "failed" }> {
  return { status: "failed", error: { name: "Error", message }, isRetryable: true, isCrash: false };
}

/** The transition that a step takes when nothing else is said. */
function usualTransition(graph: FlowGraph, step: string, size: number): TakenTransition {
  const { transition } = nodeOf(graph, step);
  switch (transition.kind) {
    case "foreach":
      return { kind: "foreach", target: transition.target, size, items: { itemsPerBlob: 10, blobs: ["b0", "b1"] } };
    case "gang":
      return { kind: "gang", target: transition.target, size };
    case "switch": {
      const [[name, target] = ["", ""]] = Object.entries(transition.cases);
      return { kind: "switch", target, case: name };
    }
    default:
      return transition;
  }
}

function oldest(backend: FakeBackend): TaskSpec | undefined {
  return backend.running.values().next().value;
}
