import { safeId } from "../../datastore/telling-task.ts";

/** The name of the fire of a target's execution: `argo-score-x7k2p`. */
export function fireName(target: string, id: string): string {
  return `${target}-${safeId(id)}`;
}
