import type { TakenTransition } from "../../../datastore/records.ts";
import { targetsOf, type Transition } from "../../../graph/flow-graph.ts";
import type { StepAgain } from "../../../launch/plan/plan-reuse.ts";

/** Why a step that finished runs again: `start runs again because it now goes on to prepare, no longer to prep`. */
export function rerunText({ step, tasks, reason }: StepAgain): string {
  const isOne = tasks === 1;
  const who = isOne ? `${step} runs again` : `${tasks} finished tasks of ${step} run again`;
  switch (reason.kind) {
    case "named":
      return `${who} because you named it`;
    case "transition":
      return `${who} because ${isOne ? "it" : "the step"} now ${goesOnTo(reason.after)}, no longer ${wentOnTo(reason.before)}`;
    case "follows": {
      const before = `${reason.steps.join(", ")}, which ${reason.steps.length === 1 ? "has" : "have"} to run`;
      return `${who} because ${isOne ? "it follows" : "they follow"} ${before}`;
    }
  }
}

function goesOnTo(after: Transition): string {
  return after.kind === "end" ? "ends the flow" : `goes on ${WORDS[after.kind]}${targetsOf(after).join(", ")}`;
}

function wentOnTo(before: TakenTransition): string {
  if (before.kind === "end") return "ends the flow";
  const targets = before.kind === "branch" ? before.targets : [before.target];
  return `${WORDS[before.kind]}${targets.join(", ")}`;
}

const WORDS: Readonly<Record<Exclude<Transition["kind"], "end">, string>> = {
  linear: "to ",
  branch: "to the branches ",
  foreach: "by a foreach to ",
  gang: "by a gang to ",
  switch: "by a switch to ",
};
