import { type FlowReading, readFlow } from "../../runtime/graph/read-flow.ts";
import { resolveSettings } from "../decorators/resolve-settings.ts";
import { type CompiledFlow, compiledFlows } from "./compiled-flows.ts";
import type { LintContext } from "./lint-rule.ts";

/** A flow of a file as `check` reads it, from its text alone: nothing of it is executed. */
export interface LintedFlow extends Pick<CompiledFlow, "isDataKnown" | "placeOf"> {
  readonly reading: FlowReading;
}

/** Each rule asks for the same file in turn. */
const known = new WeakMap<object, readonly LintedFlow[]>();

export function flowReadings({ sourceCode, filename }: LintContext): readonly LintedFlow[] {
  const { text } = sourceCode;
  if (!/["']millrace["']/.test(text)) return [];
  const before = known.get(sourceCode);
  if (before !== undefined) return before;
  const flows = compiledFlows(text, filename).map(({ Flow, isDataKnown, placeOf }) => ({
    ...{ isDataKnown, placeOf },
    reading: readFlow(Flow, {
      settingsOf: (uses, step) => resolveSettings(uses, { configs: {}, step }),
      readSource: () => null,
    }),
  }));
  known.set(sourceCode, flows);
  return flows;
}
