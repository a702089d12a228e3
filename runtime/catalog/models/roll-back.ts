import type { Datastore } from "../../datastore/datastore.ts";
import type { ModelMove } from "../../datastore/kinds/model-move.ts";
import { type AliasRules, refuseUser, ruleOf } from "./rule-of.ts";
import { modelError } from "./model-error.ts";
import { checkModelNumber, parseModelPointer } from "./model-pointer.ts";
import { ModelStore } from "./model-store.ts";
import { standsAt } from "./move-alias.ts";
import { moveTo } from "./promote.ts";
import { settlePending } from "./settle-pending.ts";

export interface RollBack {
  /** `churn@production` */
  readonly reference: unknown;
  readonly username: string;
  readonly reason: string | null;
  /** Where the alias has to stand; undefined for anywhere. */
  readonly expect: number | undefined;
  readonly rules: AliasRules;
}

/**
 * Lets an alias point to where it was promoted before; a further one goes a step further back. Versions that were removed
 * are passed over. What a protected alias requires was asked when that version was promoted: who may move it is asked again.
 * @throws MillraceError `MILLRACE_MODEL`, `MILLRACE_MODEL_REFUSED` or `MILLRACE_MODEL_MOVED`
 */
export function rollBack(store: Datastore, { reference, username, reason, expect, rules }: RollBack): ModelMove {
  const { model, pointer } = parseModelPointer(reference);
  if (pointer.kind !== "alias")
    throw modelError(`Cannot roll back ${String(reference)} because only an alias can be rolled back`, {
      hint: `name one: models rollback ${model}@production`,
    });
  const { alias } = pointer;
  if (expect !== undefined) checkModelNumber(expect);
  const models = new ModelStore(store);
  settlePending(store, model);
  models.knownNumbers(model);
  refuseUser(ruleOf(rules, { model, alias }), { model, alias, username });
  const moves = models.moves(model);
  const stands = standsAt(moves.at(-1)?.aliases ?? {}, alias);
  const gone = models.removed(model);
  const to = before(moves, { alias, isThere: (number) => !gone.has(number) });
  if (stands === null || to === null)
    throw modelError(
      `Cannot roll back ${model}@${alias} because ${stands === null ? "the alias is not set" : `it pointed nowhere before ${stands}`}`,
      { hint: `models history ${model} lists its moves` },
    );
  return moveTo(models, { model, alias, action: "rollback", from: expect ?? stands, to, username, reason });
}

/** Where an alias was before it was promoted to where it is; null for nowhere. */
function before(
  moves: readonly ModelMove[],
  { alias, isThere }: { readonly alias: string; readonly isThere: (number: number) => boolean },
): number | null {
  let stands: number[] = [];
  for (const move of moves) {
    if (move.alias !== alias) continue;
    if (move.to === null) stands = [];
    else if (move.action === "promote") stands.push(move.to);
    else stands = stands.slice(0, Math.max(stands.lastIndexOf(move.to, -2), 0)).concat(move.to);
  }
  const current = stands.at(-1);
  return stands.slice(0, -1).findLast((number) => number !== current && isThere(number)) ?? null;
}
