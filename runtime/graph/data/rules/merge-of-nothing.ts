import { finding, type Finding } from "../../finding.ts";
import { listOf } from "../../../text/list-of.ts";
import type { DataFacts } from "../data-facts.ts";
import type { MergeUse, NamedField } from "../data-use.ts";
import { type Fate, isLive, union } from "../fate.ts";
import { carryingHint } from "./carrying-hint.ts";
import type { DataRule } from "./data-rule.ts";
import { mentionOf } from "./mention-of.ts";

type Lost = Extract<Fate, { kind: "lost" }>;

/** What `include` names and no input has: an error when the flow runs. */
export const mergeOfNothing: DataRule = {
  name: "merge-of-nothing",
  finds: "a `mergeArtifacts` that names a field which an inner join dropped, or which nothing before it sets",
  find: (facts) => includedNames(facts).flatMap((named) => judge(named, facts)),
};

/** Fields and inner joins that this rule reports: what reads them later is only a consequence. */
export function unmergedFields(facts: DataFacts): ReadonlySet<string> {
  return new Set(
    mergeOfNothing.find(facts).flatMap(({ field, join }) => (join === null ? [] : [`${field ?? ""} ${join}`])),
  );
}

interface Included {
  readonly join: string;
  readonly merge: MergeUse;
  readonly named: NamedField;
}

function includedNames({ steps, flow, members }: DataFacts): Included[] {
  return [...steps]
    .flatMap(([join, { facts, merges }]) =>
      facts.isJoin ? merges.flatMap((merge) => (merge.include ?? []).map((named) => ({ join, merge, named }))) : [],
    )
    .filter(({ named: { field } }) => !flow.fields.has(field) && !members.isMember(field));
}

function judge({ join, named: { field, site }, merge }: Included, facts: DataFacts): Finding[] {
  if (merge.isConditional || !facts.written.has(field)) return [];
  const own = facts.steps.get(join)?.byField.get(field) ?? [];
  if (own.some(({ kind }) => kind !== "read")) return [];
  const arms = facts.trace(field).arms.get(join);
  if (arms === undefined) return [];
  const fates = [...union(arms.values()).values()];
  const lost = fates.filter((fate): fate is Lost => fate.kind === "lost");
  if (fates.some(isLive)) return [];
  const at = mentionOf(site, field);
  const common = { rule: mergeOfNothing.name, severity: "warning", field, reader: join, at } as const;
  const [first] = lost;
  if (first !== undefined) {
    const setters = [...new Set(lost.map(({ step }) => step))];
    return [
      finding({
        ...common,
        step: first.step,
        join: first.join,
        message: `Cannot merge ${field} in ${join} because the inner join ${first.join} does not carry it: ${listOf(setters)} ${setters.length === 1 ? "sets" : "set"} it before that join`,
        hint: carryingHint(field, { join: first.join, reader: join, setters, facts }),
      }),
    ];
  }
  if (facts.isOpen || facts.added.has(field) || facts.members.fields.initialized.has(field)) return [];
  const setters = [...facts.steps].flatMap(([name, { byField }]) =>
    byField.get(field)?.some(({ kind }) => kind === "write") === true ? [name] : [],
  );
  return [
    finding({
      ...common,
      ...(setters[0] === undefined ? {} : { step: setters[0] }),
      message: `Cannot merge ${field} in ${join} because no step before it sets it${setters.length === 0 ? "" : `, only ${listOf(setters)}`}`,
      hint: `set this.${field} on the way to ${join}, or leave it out of include`,
    }),
  ];
}
