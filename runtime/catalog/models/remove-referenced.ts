import { randomBytes } from "node:crypto";
import os from "node:os";
import { LATEST } from "../../../sdk/base/is-model-name.ts";
import type { Datastore } from "../../datastore/datastore.ts";
import { type ModelRemoval, modelRemovalKey } from "../../datastore/kinds/model-removal.ts";
import type { ModelMove } from "../../datastore/kinds/model-move.ts";
import { MAX_TRIES, neitherMadeNorRead } from "../../datastore/neither-made-nor-read.ts";
import { RECORD_FORMAT } from "../../datastore/records.ts";
import { aliasesOf } from "./aliases-of.ts";
import { type AliasRules, refuseUser, ruleOf } from "./rule-of.ts";
import { modelError } from "./model-error.ts";
import { parseModelPointer } from "./model-pointer.ts";
import { ModelStore } from "./model-store.ts";
import { moveAlias, standsAt } from "./move-alias.ts";
import { settlePending } from "./settle-pending.ts";

interface Remover {
  readonly username: string;
  readonly reason: string | null;
}

/**
 * Gives up the version that a reference numbers, or takes away the alias that it names.
 * @throws MillraceError `MILLRACE_MODEL`, or `MILLRACE_MODEL_REFUSED` for a protected alias
 */
export function removeReferenced(
  store: Datastore,
  { reference, rules, ...by }: Remover & { readonly reference: unknown; readonly rules: AliasRules },
): ModelRemoval | ModelMove {
  const { model, pointer } = parseModelPointer(reference);
  switch (pointer.kind) {
    case "alias":
      return removeAlias(store, { ...by, model, alias: pointer.alias, rules });
    case "number":
      return removeVersion(store, { ...by, model, number: pointer.number });
    case "latest":
      throw modelError(`Cannot remove ${model}@${LATEST} because it may be another version by now`, {
        hint: `give its number: models versions ${model} tells it`,
      });
  }
}

/**
 * Gives a version up: `gc` may remove what only it needs. Its record stays, and its number is not used again.
 * @throws MillraceError `MILLRACE_MODEL` for one that an alias points to
 */
function removeVersion(
  store: Datastore,
  { model, number, username, reason }: Remover & { readonly model: string; readonly number: number },
): ModelRemoval {
  const models = new ModelStore(store);
  settlePending(store, model);
  const key = modelRemovalKey(model, number);
  for (let tries = 1; ; tries += 1) {
    models.refuseRemoved(model, number);
    // A record that is damaged is given up as well: fsck says so.
    if (!models.numbers(model).includes(number)) models.version(model, number);
    refuseAliased(models, { model, number });
    const removal: ModelRemoval = {
      format: RECORD_FORMAT,
      ...{ id: randomBytes(8).toString("hex"), model, number, time: Date.now(), username, host: os.hostname(), reason },
    };
    const isCreated = store.storage.create(key, [Buffer.from(`${JSON.stringify(removal)}\n`)]);
    // The answer to writing it may have been lost. Another's removal is that one's to take back, not ours.
    if (!isCreated && models.removal(model, number)?.id !== removal.id) {
      if (tries > MAX_TRIES) throw neitherMadeNorRead(key);
      continue;
    }
    try {
      // An alias may have been moved there meanwhile; whoever moved it looks in the other order.
      refuseAliased(models, { model, number });
    } catch (error) {
      store.storage.remove([key]);
      throw error;
    }
    return removal;
  }
}

function refuseAliased(models: ModelStore, { model, number }: { model: string; number: number }): void {
  const pointing = aliasesOf({ number }, models.aliases(model).aliases);
  if (pointing.length === 0) return;
  throw modelError(`Cannot remove ${model}@${number} because an alias points to it: ${pointing.join(", ")}`, {
    hint: `move it first: models promote or models rollback, or models remove ${model}@${pointing[0] ?? ""}`,
  });
}

/** @throws MillraceError `MILLRACE_MODEL` for an alias that is not set, `MILLRACE_MODEL_REFUSED` for one that others may move */
function removeAlias(
  store: Datastore,
  {
    model,
    alias,
    rules,
    ...by
  }: Remover & { readonly model: string; readonly alias: string; readonly rules: AliasRules },
): ModelMove {
  const models = new ModelStore(store);
  settlePending(store, model);
  const { aliases } = models.aliases(model);
  const from = standsAt(aliases, alias) ?? models.resolve(`${model}@${alias}`).number;
  refuseUser(ruleOf(rules, { model, alias }), { model, alias, username: by.username });
  return moveAlias(store, { model, alias, action: "remove", from, to: null, ...by });
}
