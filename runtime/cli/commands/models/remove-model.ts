import { checkReason } from "../../../catalog/models/check-reason.ts";
import { removeReferenced } from "../../../catalog/models/remove-referenced.ts";
import type { StoreContext } from "../../cli-context.ts";
import type { ReasonFlags } from "./flags.ts";
import { moveJson } from "./move-json.ts";

/** `models remove churn@3`, or `churn@staging` for the alias alone. */
export function removeModel(context: StoreContext, reference: string, flags: ReasonFlags): void {
  const output = context.output(flags);
  const { settings } = context;
  const reason = checkReason(flags.reason);
  const store = context.datastore(flags);
  const done = removeReferenced(store, {
    reference,
    reason,
    username: settings.username,
    rules: settings.aliasRules(),
  });
  store.storage.flush();
  if ("alias" in done) {
    if (output.isJson) return output.json(moveJson(done));
    return output.print(`${reference} is not set any more; it was ${done.from ?? ""}`);
  }
  if (output.isJson) {
    const { model: name, number, username: who, time, reason: why } = done;
    return output.json({ name, number, who, at: new Date(time).toISOString(), why });
  }
  output.print(`${reference} is removed; its record and its number stay`);
}
