import { checkReason } from "../../../catalog/models/check-reason.ts";
import { findVersion } from "../../../catalog/models/list-models.ts";
import { ModelStore } from "../../../catalog/models/model-store.ts";
import { promote } from "../../../catalog/models/promote.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { PromoteFlags } from "./flags.ts";
import { moveJson } from "./move-json.ts";

/** `models promote churn@7 --alias production`. */
export async function promoteVersion(context: StoreContext, reference: string, flags: PromoteFlags): Promise<void> {
  const output = context.output(flags);
  const reason = checkReason(flags.reason);
  const { settings } = context;
  const store = context.datastore(flags);
  const { model, number } = findVersion(store, reference);
  const { sequence } = new ModelStore(store).aliases(model);
  const { alias, require: requirement } = flags;
  const expect = flags.expect === "none" ? null : flags.expect;
  const rules = settings.aliasRules();
  const promotion = { model, number, alias, expect, requirement, reason, username: settings.username, rules };
  const move = await promote(store, promotion);
  store.storage.flush();
  const isNew = move.sequence > sequence;
  if (output.isJson) return output.json({ ...moveJson(move), isNew });
  const was = move.from === null ? "it was not set" : `it was ${move.from}`;
  output.print(`${model}@${alias} is ${number}${isNew ? `; ${was}` : " already"}`);
}
