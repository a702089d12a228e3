import { finding, type Finding } from "../../finding.ts";
import { reachable } from "../../flow-facts.ts";
import { targetsOf } from "../../flow-graph.ts";
import type { DataFacts } from "../data-facts.ts";
import type { FieldUse } from "../data-use.ts";
import type { Sight } from "../pass-step.ts";
import type { DataRule } from "./data-rule.ts";
import { mentionOf } from "./mention-of.ts";
import { readText } from "./read-text.ts";

/** A step whose error is caught leads on without what it did not get to. */
export const caughtUnchecked: DataRule = {
  name: "caught-unchecked",
  finds:
    "a field set by a step with `@catchError`, read after it without a look at the field of `as` or at the field itself",
  find(facts) {
    return [...facts.written].flatMap((field) => {
      if (facts.flow.fields.has(field) || facts.members.fields.initialized.has(field)) return [];
      return findUnchecked(field, facts);
    });
  },
};

function findUnchecked(field: string, facts: DataFacts): Finding[] {
  const isCaught = [...facts.steps.values()].some(
    ({ facts: { settings }, byField }) =>
      settings.catchAs !== undefined && byField.get(field)?.some(({ kind }) => kind === "write") === true,
  );
  if (!isCaught) return [];
  const told = new Set<string>();
  return [...facts.trace(field).sights].flatMap(([reader, sights]) =>
    sights.flatMap((sight) => {
      const step = riskIn(sight, reader);
      if (step === null || told.has(step) || isLookedAt(step, { reader, field, facts })) return [];
      told.add(step);
      return describe(sight.use, { field, step, reader, facts });
    }),
  );
}

/** The caught step that a read relies on, where no other step gives the field a value. */
function riskIn({ use, fates }: Sight, reader: string): string | null {
  if (fates === null || use.isTest) return null;
  const known = [...fates.values()].filter(({ kind }) => kind !== "unset");
  const risky = known.filter((fate) => fate.kind === "risky");
  return risky.length < known.length ? null : (risky.find(({ step }) => step !== reader)?.step ?? null);
}

/** True where a step on the way, or the reader, asks whether all went well. */
function isLookedAt(
  step: string,
  { reader, field, facts }: { reader: string; field: string; facts: DataFacts },
): boolean {
  const { steps } = facts;
  const as = steps.get(step)?.facts.settings.catchAs ?? null;
  const next = (name: string): readonly string[] => {
    const transition = steps.get(name)?.facts.transition ?? null;
    return transition === null ? [] : targetsOf(transition);
  };
  const after = reachable(next(step), next);
  const between = [...after].filter((name) => name === reader || reachable(next(name), next).has(reader));
  if (as !== null && between.some((name) => isReadIn(as, name))) return true;
  // Any field of the caught step will do: without an error all of them are there.
  const own = steps.get(step)?.byField ?? new Map<string, readonly FieldUse[]>();
  const asked = [...own].flatMap(([name, uses]) => (uses.some(({ kind }) => kind === "write") ? [name] : []));
  return [...asked, field].some(
    (name) =>
      steps
        .get(reader)
        ?.byField.get(name)
        ?.some(({ isTest }) => isTest) === true,
  );

  function isReadIn(name: string, candidate: string): boolean {
    return (
      steps
        .get(candidate)
        ?.byField.get(name)
        ?.some(({ kind }) => kind === "read") === true
    );
  }
}

function describe(
  use: FieldUse,
  { field, step, reader, facts }: { field: string; step: string; reader: string; facts: DataFacts },
): Finding {
  const as = facts.steps.get(step)?.facts.settings.catchAs ?? null;
  const isOfInputs = use.from.of === "input";
  const look =
    as === null
      ? `name a field, @catchError({ as: "failure" }), and look at it first`
      : `look at ${as} first: ${isOfInputs ? `inputs.filter((input) => input.${as} === undefined)` : `if (this.${as} === undefined) …`}`;
  return finding({
    rule: caughtUnchecked.name,
    severity: "warning",
    step,
    field,
    reader,
    at: mentionOf(use.site, field),
    message: `Cannot rely on ${readText(use)} in ${reader} because @catchError lets ${step} fail before it sets it`,
    hint: `${look}; or give ${field} an initial value`,
  });
}
