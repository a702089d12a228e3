import { finding, type Finding } from "../../finding.ts";
import { listOf } from "../../../text/list-of.ts";
import type { DataFacts } from "../data-facts.ts";
import { type Fate, isLive } from "../fate.ts";
import type { Sight } from "../pass-step.ts";
import { carryingHint } from "./carrying-hint.ts";
import type { DataRule } from "./data-rule.ts";
import { isSurelyCarried } from "./is-surely-carried.ts";
import { mentionOf } from "./mention-of.ts";
import { readText } from "./read-text.ts";
import { unmergedFields } from "./merge-of-nothing.ts";

type Lost = Extract<Fate, { kind: "lost" }>;

/** What is set before a join is gone behind it, or has its initial value again. */
export const lostAtJoin: DataRule = {
  name: "lost-at-join",
  finds: "a field that is set before a join and read after it, which the join does not carry",
  find(facts) {
    const told = unmergedFields(facts);
    return [...facts.written]
      .flatMap((field) => findLost(field, facts))
      .filter(({ field, join }) => !told.has(`${field ?? ""} ${join ?? ""}`));
  },
};

function findLost(field: string, facts: DataFacts): Finding[] {
  if (!mayBeLost(field, facts)) return [];
  const trace = facts.trace(field);
  const found = new Map<string, Finding>();
  for (const [reader, sights] of trace.sights) {
    for (const sight of sights) {
      const lost = lostIn(sight, { field, reader, facts });
      for (const join of new Set(lost.map((fate) => fate.join)))
        if (!found.has(join))
          found.set(
            join,
            describe(
              lost.filter((fate) => fate.join === join),
              { field, reader, join, sight, facts },
            ),
          );
    }
  }
  return [...found.values()];
}

/** True for a field that some step reads, and that some join may not carry: most are not worth following. */
function mayBeLost(field: string, { steps, flow }: DataFacts): boolean {
  if (flow.fields.has(field)) return false;
  const all = [...steps.values()];
  const isRead = all.some(({ byField }) => byField.get(field)?.some(({ kind }) => kind === "read") === true);
  return isRead && all.some((step) => step.facts.isJoin && !isSurelyCarried(field, step));
}

interface Reading {
  readonly field: string;
  readonly reader: string;
  readonly facts: DataFacts;
}

/** Fates of a read that are worth a warning. */
function lostIn({ use, fates }: Sight, { field, reader, facts }: Reading): readonly Lost[] {
  if (fates === null) return [];
  const all = [...fates.values()];
  const lost = all.filter((fate) => fate.kind === "lost");
  // Code that does without the field on some path may well know why.
  if ((use.isConditional || use.isTest) && all.some(isLive)) return [];
  const own = facts.steps.get(reader)?.byField.get(field) ?? [];
  if (use.isTest && own.some(({ kind }) => kind !== "read")) return [];
  if (use.from.of === "input" || !facts.members.fields.initialized.has(field)) return lost;
  // In the join itself an initial value may be meant: a sum that starts anew, or a field that it takes from its inputs.
  const isMeant = own.some((other) => other.kind !== "read" || other.from.of === "input");
  return lost.filter(({ join }) => join !== reader || !isMeant);
}

function describe(
  lost: readonly Lost[],
  { field, reader, join, sight, facts }: Reading & { join: string; sight: Sight },
): Finding {
  const setters = [...new Set(lost.map(({ step }) => step))];
  const sets = `${listOf(setters)} ${setters.length === 1 ? "sets" : "set"} it before that join`;
  const text = readText(sight.use);
  const isInitial = facts.members.fields.initialized.has(field);
  const why =
    reader === join ? `${join} is a join, which starts without the fields of its inputs` : `${join} does not carry it`;
  return finding({
    rule: lostAtJoin.name,
    severity: "warning",
    step: setters[0] ?? reader,
    field,
    reader,
    join,
    at: mentionOf(sight.use.site, field),
    message: isInitial
      ? `${text} has its initial value again in ${reader} because ${why}: ${sets}`
      : `Cannot read ${text} in ${reader} because ${why}: ${sets}`,
    hint: carryingHint(field, { join, reader, setters, facts }),
  });
}
