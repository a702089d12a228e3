import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { AliasRule, AliasRules } from "../../settings/alias-rules.ts";

export type { AliasRule, AliasRules };

/** What protects an alias: said of it in this model, else in all. */
export function ruleOf(
  rules: AliasRules,
  { model, alias }: { readonly model: string; readonly alias: string },
): AliasRule | null {
  for (const name of [`${model}@${alias}`, alias]) if (Object.hasOwn(rules, name)) return rules[name] ?? null;
  return null;
}

/** @throws MillraceError `MILLRACE_MODEL_REFUSED` for whoever may not move it */
export function refuseUser(
  rule: AliasRule | null,
  { model, alias, username }: { readonly model: string; readonly alias: string; readonly username: string },
): void {
  if (rule?.users === undefined || rule.users.includes(username)) return;
  throw new MillraceError({
    code: "MILLRACE_MODEL_REFUSED",
    headline: `Cannot move ${model}@${alias} because the alias is protected: ${username} is not among those who may`,
    details: [`may move it: ${rule.users.join(", ")}`],
    hint: "ask one of them; millrace.config.json says who may, under models.protected",
  });
}
