import type { TakenTransition } from "../../datastore/records.ts";
import { targetsOf, type Transition } from "../../graph/flow-graph.ts";

/** True if a step whose source says `transition` could take the one that was taken. */
export function isStillTrue(taken: TakenTransition, transition: Transition): boolean {
  if (taken.kind !== transition.kind) return false;
  const now = targetsOf(transition);
  switch (taken.kind) {
    case "end":
      return true;
    case "branch":
      return taken.targets.join() === now.join();
    default:
      return now.includes(taken.target);
  }
}
