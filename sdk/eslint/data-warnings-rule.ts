import { isIgnored } from "../../runtime/graph/is-ignored.ts";
import { flowReadings } from "./flow-readings.ts";
import { lintMessage } from "./lint-message.ts";
import type { LintContext, LintProblem, LintRule } from "./lint-rule.ts";

/** The warnings of `millrace check` about the data that goes from step to step; its comments silence them here too. */
export const dataWarningsRule: LintRule = {
  meta: {
    type: "problem",
    docs: { description: "Follow the data through the file's flows, as the command check does" },
    schema: [],
  },
  create(context: LintContext) {
    return {
      Program() {
        const lines = context.sourceCode.text.split("\n");
        const problems = new Map<string, LintProblem>();
        for (const { reading, placeOf, isDataKnown } of flowReadings(context)) {
          for (const found of isDataKnown ? reading.warnings() : []) {
            const problem = { message: lintMessage(found), loc: placeOf(found) };
            if (isIgnored(found, { lines, line: problem.loc.start.line })) continue;
            // Flows that share a base class share its mistakes.
            problems.set(JSON.stringify(problem), problem);
          }
        }
        for (const problem of problems.values()) context.report(problem);
      },
    };
  },
};
