import type { FlowFacts } from "../flow-facts.ts";
import { finding, type Finding } from "../finding.ts";

export function missingStartOrEnd({ flow, steps, starts, ends }: FlowFacts): Finding[] {
  if (steps.size === 0) return [];
  const missing = [...(starts.length === 0 ? ["start"] : []), ...(ends.length === 0 ? ["end"] : [])];
  return missing.map((which) =>
    finding({
      rule: `missing-${which}`,
      message: `Cannot run ${flow} because it has no ${which} step: ${[...steps.keys()].join(", ")}`,
      hint: `name ${which === "start" ? "the first" : "the last"} step "${which}", or mark it with @step({ ${which}: true })`,
    }),
  );
}
