import { readFlow } from "../../runtime/graph/read-flow.ts";
import { resolveSettings } from "../decorators/resolve-settings.ts";
import { compiledFlows } from "./compiled-flows.ts";
import type { LintContext, LintRule } from "./lint-rule.ts";

/** What `millrace check` says of the flows of a file, from its text alone: nothing of it is executed. */
export const checkRule: LintRule = {
  meta: {
    type: "problem",
    docs: { description: "Check the graphs of the file's flows, as the command check does" },
    schema: [],
  },
  create(context: LintContext) {
    return {
      Program() {
        const { text } = context.sourceCode;
        if (!/["']millrace["']/.test(text)) return;
        for (const { Flow, placeOf } of compiledFlows(text, context.filename)) {
          const { findings } = readFlow(Flow, {
            settingsOf: (uses, step) => resolveSettings(uses, { configs: {}, step }),
            readSource: () => null,
          });
          for (const found of findings)
            context.report({ message: `${found.message} (${found.rule}). Fix: ${found.hint}`, loc: placeOf(found) });
        }
      },
    };
  },
};
