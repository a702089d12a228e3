import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

/** After a failure nobody knows over what to fan out or which case to take. */
export function catchOnSplit({ steps }: FlowFacts): Finding[] {
  const kinds: Readonly<Record<string, string>> = { foreach: "a foreach", switch: "a switch", gang: "numParallel" };
  return [...steps.values()].flatMap(({ name, settings, transition }) => {
    const kind = kinds[transition?.kind ?? ""];
    if (settings.catchAs === undefined || kind === undefined) return [];
    return finding({
      rule: "catch-on-split",
      step: name,
      message: `Cannot catch errors of ${name} because after a failure it could not say where ${kind} goes`,
      hint: `put a step between: ${name} computes and leads on to one that only calls this.next`,
    });
  });
}
