import { checkReason } from "../../../catalog/models/check-reason.ts";
import { rollBack } from "../../../catalog/models/roll-back.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { RollbackFlags } from "./flags.ts";
import { moveJson } from "./move-json.ts";

/** `models rollback churn@production`. */
export function rollBackAlias(context: StoreContext, reference: string, flags: RollbackFlags): void {
  const output = context.output(flags);
  const reason = checkReason(flags.reason);
  const { settings } = context;
  const store = context.datastore(flags);
  const by = { username: settings.username, rules: settings.aliasRules() };
  const move = rollBack(store, { reference, reason, expect: flags.expect, ...by });
  store.storage.flush();
  if (output.isJson) return output.json(moveJson(move));
  output.print(`${move.model}@${move.alias} is back at ${move.to ?? ""}; it was ${move.from ?? ""}`);
}
