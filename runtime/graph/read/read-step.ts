import type { AnyClass, AnyFunction } from "../../../sdk/base/metadata.ts";
import { superMethod } from "../step-methods.ts";
import type { Transition } from "../flow-graph.ts";
import { type MethodNode, parseMethod } from "./parse-method.ts";
import { readNextArguments, type NextProblem } from "./read-next-arguments.ts";
import { scanBody } from "./scan-body.ts";
import { stepSource } from "./step-source.ts";

/** What a step's source says. */
export interface StepReading {
  /** `null` for an ordinary function; else why the method cannot be read as a step. */
  readonly unreadable: "no-source" | "generator" | "arrow" | null;
  /** The method itself, parsed; `null` where it cannot be read as a step. */
  readonly node: MethodNode | null;
  readonly paramCount: number;
  readonly nexts: readonly ReadNextCall[];
  readonly returnsEarly: boolean;
  /** Names used as `this.x`. */
  readonly own: ReadonlySet<string>;
  /** Every property name used anywhere. */
  readonly any: ReadonlySet<string>;
}

/** One `this.next(…)`. */
export interface ReadNextCall {
  readonly transition: Transition | null;
  readonly problem: NextProblem | null;
  readonly condition: string | null;
  readonly isNested: boolean;
}

/**
 * Reads a step's method without running it.
 *
 * @param text - its source
 * @param owner - the class whose body holds it: `super.step()` is followed from there
 */
export function readStep(text: string, owner: AnyClass): StepReading {
  const parsed = parseMethod(text);
  if (parsed === null) return unreadable("no-source");
  const { node, source } = parsed;
  if (node.type === "ArrowFunctionExpression") return unreadable("arrow");
  if (node.generator) return unreadable("generator");

  const scan = scanBody(node);
  const nexts = scan.nexts.map(({ call, condition, isNested }): ReadNextCall => {
    const reading = readNextArguments(call, { source, isThis: (candidate) => scan.isThis(candidate) });
    const transition = "transition" in reading ? reading.transition : null;
    return { transition, problem: "problem" in reading ? reading.problem : null, condition, isNested };
  });
  const reading: StepReading = {
    unreadable: null,
    node,
    paramCount: scan.paramCount,
    nexts,
    returnsEarly: scan.returnsEarly,
    own: scan.own,
    any: scan.any,
  };
  return scan.superCalls.reduce((merged, name) => withSuper(merged, { name, base: superMethod(owner, name) }), reading);
}

type BaseMethod = { readonly fn: AnyFunction; readonly owner: AnyClass };

/** An override that calls `super.step()` may leave `this.next` to it. */
function withSuper(reading: StepReading, { name, base }: { name: string; base: BaseMethod | undefined }): StepReading {
  const inherited = base && readStep(stepSource({ name, ...base }), base.owner);
  if (!inherited) return reading;
  return {
    ...reading,
    nexts: [...reading.nexts, ...inherited.nexts],
    returnsEarly: reading.returnsEarly || inherited.returnsEarly,
    own: new Set([...reading.own, ...inherited.own]),
    any: new Set([...reading.any, ...inherited.any]),
  };
}

function unreadable(why: "no-source" | "generator" | "arrow"): StepReading {
  return { unreadable: why, node: null, paramCount: 0, nexts: [], returnsEarly: false, own: new Set(), any: new Set() };
}
