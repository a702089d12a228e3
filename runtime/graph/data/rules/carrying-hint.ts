import { listOf } from "../../../text/list-of.ts";
import { reachable } from "../../flow-facts.ts";
import type { DataFacts } from "../data-facts.ts";
import { isSurelyCarried } from "./is-surely-carried.ts";

export interface CarryingHintOptions {
  readonly join: string;
  readonly reader: string;
  /** The steps that set the field. */
  readonly setters: readonly string[];
  readonly facts: DataFacts;
}

/** How to bring a field through a join. */
export function carryingHint(field: string, { join, reader, setters, facts }: CarryingHintOptions): string {
  const merges = facts.steps.get(join)?.merges ?? [];
  const [merge] = merges;
  if (setters.some((step) => isFannedOut(step, { join, facts })))
    return `collect it in ${join}: this.${field} = …, made from inputs.map((input) => input.${field})`;
  if (merge?.include != null)
    return `add "${field}" to include of the mergeArtifacts in ${join}, or set this.${field} there`;
  if (merge?.exclude != null)
    return `take "${field}" off exclude of the mergeArtifacts in ${join}, or set this.${field} there`;
  if (merges.length > 0) return `call this.mergeArtifacts(inputs) in ${join} before this.${field} is read`;
  if (join === reader) return `read it from inputs, or call this.mergeArtifacts(inputs) first`;
  const joins = listOf([join, ...laterJoins(field, { join, reader, facts })]);
  return `add this.mergeArtifacts(inputs, { include: ["${field}"] }) to ${joins}, or set this.${field} there`;
}

/** Further joins on the way to the reader that would lose the field as well. */
function laterJoins(
  field: string,
  { join, reader, facts: { steps } }: Pick<CarryingHintOptions, "join" | "reader" | "facts">,
): string[] {
  const behind = reachable([join], (name) => steps.get(name)?.targets ?? []);
  const before = reachable([reader], (name) => steps.get(name)?.parents ?? []);
  return [...steps].flatMap(([name, step]) => {
    const isBetween = behind.has(name) && before.has(name) && name !== join && name !== reader;
    return isBetween && step.facts.isJoin && !isSurelyCarried(field, step) ? [name] : [];
  });
}

/** True for a step whose tasks may each have another value when they meet in the join. */
function isFannedOut(step: string, { join, facts }: { join: string; facts: DataFacts }): boolean {
  const { arrivals } = facts.flow.paths;
  const closed = new Set((arrivals.get(join) ?? []).map(({ stack }) => stack.at(-1)?.split));
  const around = (arrivals.get(step) ?? []).flatMap(({ stack }) => stack);
  return around.some(({ split }) => {
    const kind = facts.flow.steps.get(split)?.transition?.kind;
    return closed.has(split) && (kind === "foreach" || kind === "gang");
  });
}
