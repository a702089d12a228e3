import { finding, type Finding } from "../../finding.ts";
import { nearest } from "../../../../sdk/base/nearest.ts";
import type { DataFacts } from "../data-facts.ts";
import type { UseSite } from "../data-use.ts";
import type { DataRule } from "./data-rule.ts";
import { mentionOf } from "./mention-of.ts";
import { readText } from "./read-text.ts";

/** A name that stands for no value anywhere: a slip of the pen, or a field that was not set by mistake. */
export const unknownField: DataRule = {
  name: "unknown-field",
  finds:
    "`this.x`, `inputs[i].x`, `foreach`, `condition`, `include`, `exclude` or `as` that names no field which anything sets",
  find: (facts) => [...readNames(facts), ...mergedNames(facts), ...caughtNames(facts)],
};

function readNames(facts: DataFacts): Finding[] {
  const told = new Set<string>();
  return [...facts.steps].flatMap(([reader, { uses }]) =>
    uses.flatMap((use) => {
      if (use.kind !== "read" || told.has(use.field) || !isUnset(use.field, facts)) return [];
      const isDeclared = facts.members.fields.declared.has(use.field);
      // A declared field that nothing sets may be one that only a subclass, or a test, has.
      if (isDeclared && (use.isTest || use.isConditional)) return [];
      told.add(use.field);
      const text = readText(use);
      const what = text.startsWith('"') ? `go over ${text}` : `read ${text}`;
      return describe(use.field, { facts, reader, site: use.site, headline: `Cannot ${what} in ${reader}` });
    }),
  );
}

function mergedNames(facts: DataFacts): Finding[] {
  return [...facts.steps].flatMap(([reader, { merges }]) =>
    merges.flatMap(({ include, exclude }) =>
      [...(include ?? []), ...(exclude ?? [])].flatMap(({ field, site }) => {
        if (!isUnset(field, facts)) return [];
        const isDeclared = facts.members.fields.declared.has(field);
        if (isDeclared && include === null) return [];
        return describe(field, { facts, reader, site, headline: `Cannot merge ${field} in ${reader}` });
      }),
    ),
  );
}

/** What receives an error, and is neither declared nor read: most likely another field was meant. */
function caughtNames(facts: DataFacts): Finding[] {
  const { declared, isOpen } = facts.members.fields;
  if (isOpen || declared.size === 0) return [];
  const used = new Set([...facts.steps.values()].flatMap(({ byField }) => [...byField.keys()]));
  return [...facts.flow.steps.values()].flatMap(({ name, settings: { catchAs } }) => {
    if (catchAs == null || declared.has(catchAs) || used.has(catchAs) || facts.flow.fields.has(catchAs)) return [];
    const candidates = [...declared].filter((field) => !facts.flow.fields.has(field));
    const meant = nearest(catchAs, candidates);
    return finding({
      rule: unknownField.name,
      severity: "warning",
      step: name,
      field: catchAs,
      message: `Cannot find the field ${catchAs} that receives the error of ${name} because ${facts.flow.flow} declares none of that name, and no step reads it`,
      hint:
        meant === null
          ? `declare it, ${catchAs}: Error | undefined, and look at it in a later step`
          : `did you mean ${meant}?`,
    });
  });
}

/** True for a name to which nothing in the class gives a value. */
function isUnset(field: string, { members, flow, written, isOpen }: DataFacts): boolean {
  return (
    !isOpen &&
    !written.has(field) &&
    !members.fields.initialized.has(field) &&
    !flow.fields.has(field) &&
    !members.isMember(field)
  );
}

function describe(
  field: string,
  { facts, reader, site, headline }: { facts: DataFacts; reader: string; site: UseSite; headline: string },
): Finding {
  const { declared } = facts.members.fields;
  const isDeclared = declared.has(field);
  const candidates = [...facts.written, ...facts.members.fields.initialized, ...facts.flow.fields.keys(), ...declared];
  const meant = nearest(
    field,
    candidates.filter((name) => name !== field),
  );
  return finding({
    rule: unknownField.name,
    severity: "warning",
    field,
    reader,
    at: mentionOf(site, field),
    message: isDeclared
      ? `${headline} because nothing sets this field`
      : `${headline} because ${facts.flow.flow} has no field ${field}, and nothing sets one`,
    hint:
      meant === null ? `set this.${field} in an earlier step, or give it an initial value` : `did you mean ${meant}?`,
  });
}
