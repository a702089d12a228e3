import { flowReadings } from "./flow-readings.ts";
import type { LintContext, LintRule } from "./lint-rule.ts";
import { lintMessage } from "./lint-message.ts";

/** The errors that `millrace check` finds in the flows of a file. */
export const checkRule: LintRule = {
  meta: {
    type: "problem",
    docs: { description: "Check the graphs of the file's flows, as the command check does" },
    schema: [],
  },
  create(context: LintContext) {
    return {
      Program() {
        for (const { reading, placeOf } of flowReadings(context))
          for (const found of reading.findings) context.report({ message: lintMessage(found), loc: placeOf(found) });
      },
    };
  },
};
