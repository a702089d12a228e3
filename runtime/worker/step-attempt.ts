import { type CurrentTask, host } from "../../sdk/base/host.ts";
import { brokenInvariant, MillraceError } from "../../sdk/base/millrace-error.ts";
import type { DecoratorUse } from "../../sdk/base/metadata.ts";
import { taskFiles } from "../datastore/files/task-files.ts";
import { type AttemptResult, refIn, type ResultLocator } from "../datastore/records.ts";
import { nodeOf, type StepNode } from "../graph/flow-graph.ts";
import { findStep, isWrapped, usesOfStep } from "../graph/step-methods.ts";
import { usesInTask } from "./uses-in-task.ts";
import type { Redactor } from "../secrets/redactor.ts";
import type { TaskSpec } from "../task/task-spec.ts";
import { currentTask } from "./current-task.ts";
import { Fields } from "./fields.ts";
import { flowInstance } from "./flow-instance.ts";
import { ForeachItems } from "./foreach-items.ts";
import { joinInputs } from "./join-inputs.ts";
import { loadAhead } from "./load-ahead.ts";
import type { FlowClass, LoadedFlow } from "./load-flow.ts";
import { mergeArtifacts } from "./merge-artifacts.ts";
import { NextCall } from "./next-call.ts";

/** The code of a step, and the flow that it belongs to. */
export interface StepCode {
  readonly flow: LoadedFlow;
  readonly node: StepNode;
  readonly method: (this: object, argument?: unknown) => unknown;
  /** True where the item of a foreach is to be handed to the method; whatever wraps one may hand it on. */
  takesItem(): boolean;
  /** The decorators that count for the step, the strongest first. */
  uses(): readonly DecoratorUse[];
}

/** One attempt of a task, with the flow's instance as the step finds it. */
export interface StepAttempt extends StepCode {
  readonly spec: TaskSpec;
  readonly instance: object;
  readonly fields: Fields;
  readonly items: ForeachItems;
  readonly next: NextCall;
  /** What the step is called with; undefined: nothing. */
  readonly argument: unknown;
  readonly startedAt: number;
  /** From now on these secrets are masked in what the attempt says. */
  mask(redactor: Redactor | null): void;
  /** What masks them; null where there is nothing to mask. */
  redactor(): Redactor | null;
  /** Makes a result of this task durable. */
  commit(result: AttemptResult): ResultLocator;
}

export interface AttemptOptions extends Pick<StepAttempt, "spec" | "startedAt" | "mask" | "redactor" | "commit"> {
  signal(): AbortSignal;
  tempDir(): string;
  progress(this: void, fraction: number, note?: string): void;
  readonly log: CurrentTask["log"];
}

/** @throws for a class that lacks the step, which its graph has */
export function stepCode(Flow: FlowClass, { flow, step }: { flow: LoadedFlow; step: string }): StepCode {
  const found = findStep(Flow, step);
  if (found === null) throw brokenInvariant(`${step} is not a step of ${Flow.name}`);
  const node = nodeOf(flow.document.graph, step);
  return {
    ...{ flow, node },
    method: found.fn as StepCode["method"],
    takesItem: () => isWrapped(found) || takesArgument(found.fn),
    uses: () => usesInTask(usesOfStep(Flow, found), { flow, node }),
  };
}

/** Makes the flow's instance, lays over its fields what came before, and puts the task where the SDK finds it. */
export function beginAttempt(Flow: FlowClass, code: StepCode, options: AttemptOptions): StepAttempt {
  const { flow, node, method, takesItem, uses } = code;
  const { spec, signal, tempDir, progress, log, startedAt, mask, redactor, commit } = options;
  const instance = flowInstance(Flow, flow);
  const fields = new Fields(instance, {
    blobs: flow.blobs,
    parameters: { ...flow.document.parameters, ...flow.document.configs },
  });
  const [first] = spec.inputs;
  if (!node.isJoin && first !== undefined) {
    const { artifacts } = flow.resultAt(first);
    // What the step's source names is on its way while the step begins.
    loadAhead(flow, { refs: node.mentions.map((name) => refIn(artifacts, name)) });
    fields.lay(artifacts);
  }
  const inputs = node.isJoin ? joinInputs(flow, spec.inputs) : null;
  const items = new ForeachItems(flow.blobs, spec.stack);
  const next = new NextCall({ instance, node, graph: flow.document.graph, maxSplits: flow.setup.maxSplits });
  host().task = {
    flow: instance,
    next: (args) => next.call(args),
    get input() {
      return items.current();
    },
    index: spec.stack.at(-1)?.index,
    foreachStack: () => items.frames(),
    mergeArtifacts(given, options) {
      if (inputs === null) throw noJoin(spec.step);
      mergeArtifacts({ fields, flow, locators: inputs.locatorsOf(given), options, join: spec.step });
    },
    files: taskFiles(flow.blobs),
    current: currentTask({ flow, spec, signal, tempDir, progress, log }),
  };
  const argument = inputs?.views ?? (spec.stack.length > 0 && takesItem() ? items.current() : undefined);
  return {
    flow,
    node,
    method,
    takesItem,
    uses,
    spec,
    instance,
    fields,
    items,
    next,
    argument,
    startedAt,
    mask,
    redactor,
    commit,
  };
}

/** A parameter with a default does not count in `length`, so the source is asked. */
export function takesArgument(method: (...args: never[]) => unknown): boolean {
  return method.length > 0 || !/^[^(]*\(\s*\)/.test(String(method));
}

function noJoin(step: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_MERGE",
    headline: `Cannot merge artifacts because step ${step} is not a join`,
    hint: "merge in the step that takes `inputs`",
  });
}
