import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import type { ModelMove } from "../../datastore/kinds/model-move.ts";
import type { ModelVersion } from "../../datastore/kinds/model-version.ts";
import { type Requirement, unmetBy } from "./requirement.ts";
import { type AliasRules, refuseUser, ruleOf } from "./rule-of.ts";
import { modelError, shown } from "./model-error.ts";
import { checkModelAlias, checkModelName, checkModelNumber } from "./model-pointer.ts";
import { ModelStore } from "./model-store.ts";
import { moveAlias, refuseElsewhere, standsAt, type WantedMove } from "./move-alias.ts";
import { settlePending } from "./settle-pending.ts";

export interface Promotion {
  readonly model: string;
  readonly number: number;
  readonly alias: string;
  readonly username: string;
  readonly reason: string | null;
  /** Where the alias has to stand; null for not set, undefined for anywhere. */
  readonly expect: number | null | undefined;
  readonly rules: AliasRules;
  readonly requirement?: Requirement | undefined;
  /** Anything but true refuses. */
  require?(candidate: ModelVersion, current: ModelVersion | null): boolean | Promise<boolean>;
}

/**
 * Lets an alias point to a version. One that points there already is left.
 * @throws MillraceError `MILLRACE_MODEL`, `MILLRACE_MODEL_REFUSED` or `MILLRACE_MODEL_MOVED`
 */
export async function promote(store: Datastore, promotion: Promotion): Promise<ModelMove> {
  const { model, number, alias, username, reason, expect, rules } = promotion;
  checkModelName(model);
  checkModelNumber(number);
  checkModelAlias(alias);
  if (expect !== undefined && expect !== null) checkModelNumber(expect);
  const models = new ModelStore(store);
  settlePending(store, model);
  const candidate = models.version(model, number);
  const rule = ruleOf(rules, { model, alias });
  refuseUser(rule, { model, alias, username });
  const seen = models.aliases(model);
  const { aliases, sequence } = seen;
  const from = expect === undefined ? standsAt(aliases, alias) : expect;
  // What is required is asked about the version that the alias leaves: elsewhere there is nothing to ask.
  refuseElsewhere(models, { wanted: { model, alias, from, to: number }, state: seen });
  const current = from === null ? null : models.at(model, from);
  for (const requirement of [rule?.require, promotion.requirement]) {
    const unmet = requirement === undefined ? null : unmetBy(requirement, { candidate, current });
    if (unmet !== null) throw refused(promotion, unmet);
  }
  if (promotion.require !== undefined) {
    const answer: unknown = await promotion.require(candidate, current);
    if (answer === false) throw refused(promotion, "it does not fulfil what `require` asks");
    if (answer !== true) throw refused(promotion, `\`require\` gives ${shown(answer)}, and true alone lets it pass`);
  }
  const there = from === number ? models.lastMoveOf(model, { alias, upTo: sequence }) : null;
  if (there?.to === number) return there;
  return moveTo(models, { model, alias, action: "promote", from, to: number, username, reason, seen });
}

/** A version that was removed in the same moment is not left behind an alias. */
export function moveTo(models: ModelStore, wanted: WantedMove & { readonly to: number }): ModelMove {
  const { model, alias, to, from } = wanted;
  const move = moveAlias(models.store, wanted);
  const removal = models.removal(model, to);
  if (removal === null) return move;
  const { username } = wanted;
  const reason = "its version was removed";
  moveAlias(models.store, { model, alias, action: "rollback", from: to, to: from, username, reason });
  throw modelError(`Cannot move ${model}@${alias} to ${to} because ${removal.username} has just removed that version`, {
    hint: `choose another one: models versions ${model}`,
  });
}

function refused({ model, number, alias }: Promotion, because: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_MODEL_REFUSED",
    headline: `Cannot move ${model}@${alias} to ${number} because ${because}`,
    hint: `models show ${model}@${number} tells its metrics; the alias stays where it is`,
  });
}
