import type { FlowFacts } from "../flow-facts.ts";
import type { Finding } from "../finding.ts";
import { accessorField } from "./accessor-field.ts";
import { conditionalNext } from "./conditional-next.ts";
import { cycleWithoutSwitch } from "./cycle-without-switch.ts";
import { deadEnd } from "./dead-end.ts";
import { doublyJoinedSplit } from "./doubly-joined-split.ts";
import { duplicateTarget } from "./duplicate-target.ts";
import { endCallsNext } from "./end-calls-next.ts";
import { getterForStep } from "./getter-for-step.ts";
import { inputName } from "./input-name.ts";
import { joinAfterNothing } from "./join-after-nothing.ts";
import { meetWithoutInputs } from "./meet-without-inputs.ts";
import { missingNext } from "./missing-next.ts";
import { missingStartOrEnd } from "./missing-start-or-end.ts";
import { mixedSplits } from "./mixed-splits.ts";
import { nameClash } from "./name-clash.ts";
import { catchOnSplit } from "./catch-on-split.ts";
import { nameLength } from "./name-length.ts";
import { nestedNext } from "./nested-next.ts";
import { nextShape } from "./next-shape.ts";
import { noSteps } from "./no-steps.ts";
import { overrideWithoutStep } from "./override-without-step.ts";
import { reservedName } from "./reserved-name.ts";
import { reuseOnGang } from "./reuse-on-gang.ts";
import { severalNexts } from "./several-nexts.ts";
import { severalStartsOrEnds } from "./several-starts-or-ends.ts";
import { stepArguments } from "./step-arguments.ts";
import { switchIntoJoin } from "./switch-into-join.ts";
import { unjoinedSplit } from "./unjoined-split.ts";
import { unknownTarget } from "./unknown-target.ts";
import { unreachableStep } from "./unreachable-step.ts";
import { unreadableStep } from "./unreadable-step.ts";

/** One thing that a flow must not do. Pure: the same facts give the same findings. */
export type Rule = (facts: FlowFacts) => Finding[];

/** From single steps to the graph as a whole, which is the order in which they are best mended. */
const RULES: readonly Rule[] = [
  noSteps,
  missingStartOrEnd,
  severalStartsOrEnds,
  reservedName,
  nameLength,
  nameClash,
  overrideWithoutStep,
  accessorField,
  unreadableStep,
  getterForStep,
  stepArguments,
  missingNext,
  severalNexts,
  conditionalNext,
  nestedNext,
  endCallsNext,
  catchOnSplit,
  reuseOnGang,
  nextShape,
  unknownTarget,
  duplicateTarget,
  unreachableStep,
  deadEnd,
  cycleWithoutSwitch,
  joinAfterNothing,
  meetWithoutInputs,
  mixedSplits,
  unjoinedSplit,
  doublyJoinedSplit,
  switchIntoJoin,
  inputName,
];

export function runRules(facts: FlowFacts): Finding[] {
  return RULES.flatMap((rule) => rule(facts));
}
