import type { AnyClass } from "../../../sdk/base/metadata.ts";
import type { Finding } from "../finding.ts";
import type { FoundStep } from "../step-methods.ts";
import type { PlaceQuery } from "./place-in.ts";

/** Where to look for what a finding is about: the class whose body holds it. */
export function placeQuery(
  { at, step }: Finding,
  { Flow, steps }: { Flow: AnyClass; steps: ReadonlyMap<string, FoundStep> },
): PlaceQuery {
  const owner = step === null ? undefined : steps.get(step)?.owner.name;
  return { className: at.kind === "mention" ? at.owner : (owner ?? Flow.name), member: step, at };
}
