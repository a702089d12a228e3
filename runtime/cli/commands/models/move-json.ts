import type { ModelMove } from "../../../datastore/kinds/model-move.ts";

/** A move for programs, with the names that `models.history` gives. */
export function moveJson({ model, alias, from, to, username: who, time, reason: why, action }: ModelMove) {
  return { model, alias, from, to, who, at: new Date(time).toISOString(), why, action };
}
