import type { FieldDeclaration } from "../../sdk/base/metadata.ts";
import type { StepSettings } from "../../sdk/base/step-settings.ts";
import type { AccessorPair, FoundStep } from "./step-methods.ts";
import { targetsOf, type Transition } from "./flow-graph.ts";
import type { SplitPaths } from "./split-paths.ts";
import type { NextProblem } from "./read/read-next-arguments.ts";
import type { StepReading } from "./read/read-step.ts";

/** All that the rules judge: what the class says, before anybody asked whether it makes sense. */
export interface FlowFacts {
  readonly flow: string;
  /** In the order of declaration. */
  readonly steps: ReadonlyMap<string, StepFacts>;
  readonly fields: ReadonlyMap<string, FieldDeclaration>;
  /** Methods that are no steps. */
  readonly otherMethods: ReadonlySet<string>;
  readonly accessors: readonly AccessorPair[];
  /** Every step that claims to be the first; exactly one in a sound flow. */
  readonly starts: readonly string[];
  readonly ends: readonly string[];
  readonly paths: SplitPaths;
}

export interface StepFacts {
  readonly name: string;
  readonly method: FoundStep;
  readonly reading: StepReading;
  /** `null` where the source does not tell: some rule reports why. */
  readonly transition: Transition | null;
  readonly problem: NextProblem | null;
  readonly isEnd: boolean;
  readonly isJoin: boolean;
  readonly settings: StepSettings;
}

/** The targets of a step that exist. */
export function knownTargets(step: string, steps: ReadonlyMap<string, StepFacts>): readonly string[] {
  const transition = steps.get(step)?.transition ?? null;
  return transition === null ? [] : targetsOf(transition).filter((target) => steps.has(target));
}

/** True where some target of a step is not known: rules about paths then assume the best. */
export function hasGap(step: string, steps: ReadonlyMap<string, StepFacts>): boolean {
  const transition = steps.get(step)?.transition ?? null;
  return transition === null || targetsOf(transition).some((target) => !steps.has(target));
}

/** Steps that can be reached from `from`, itself included, over the edges given. */
export function reachable(from: Iterable<string>, edges: (step: string) => readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>(from);
  for (const step of seen) for (const next of edges(step)) seen.add(next);
  return seen;
}
