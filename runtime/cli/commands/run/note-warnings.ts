import type { Finding } from "../../../graph/finding.ts";
import { findingText } from "../../../launch/plan/finding-text.ts";
import type { Output } from "../../output.ts";

/** More are counted: `check` shows all. */
const MOST = 5;

/** Says in a line each what `check` warns of. */
export function noteWarnings(warnings: readonly Finding[], output: Output): void {
  for (const warning of warnings.slice(0, MOST))
    output.note(output.colors.yellow(`warning: ${findingText(warning)[0]}`));
  const others = warnings.length - MOST;
  if (others > 0) output.note(output.colors.yellow(`warning: ${others} more; check shows them all`));
}
