import { joinedUses } from "../../catalog/features/joined-uses.ts";
import { FeatureStore } from "../../catalog/features/online/feature-store.ts";
import type { ViewSpec } from "../../catalog/features/view-spec.ts";
import type { FeatureUse } from "../../../sdk/base/feature-use.ts";
import { host } from "../../../sdk/base/host.ts";
import { InputWindow } from "../input-window.ts";
import type { StepAttempt } from "../step-attempt.ts";
import type { Aspect } from "./aspect.ts";

/**
 * Notes what `features.historical` computes, and hands it on to the tasks that follow, as artifacts are: so a model that is
 * registered knows what it was trained on.
 */
export const FEATURES: Aspect = {
  name: "features",
  isFor: () => true,
  begin(attempt) {
    const noted = new Map<ViewSpec, readonly string[]>();
    return {
      host: {
        noteFeatures(given, names) {
          // The flow's own copy of the package declared it.
          const view = given as ViewSpec;
          noted.set(view, [...new Set([...(noted.get(view) ?? []), ...names])]);
        },
      },
      recorded() {
        const uses = joinedUses([...usesBefore(attempt), ...ownUses(attempt, noted)]);
        return uses.length === 0 ? null : { features: uses };
      },
    };
  },
};

/** A version that the datastore does not know yet becomes the view's next one. */
function ownUses({ flow, spec }: StepAttempt, noted: ReadonlyMap<ViewSpec, readonly string[]>): readonly FeatureUse[] {
  // What is tried out leaves nothing but its own record.
  if (noted.size === 0 || flow.setup.isSpin === true) return [];
  const store = new FeatureStore(flow.store);
  const { username } = flow.document;
  return [...noted].map(([view, features]) => {
    const { number, hash } = store.versionOf(view, { username });
    return { view: view.name, version: number, hash, features, task: `${flow.setup.run}/${spec.step}/${spec.task}` };
  });
}

function* usesBefore({ flow, node, spec }: StepAttempt): Generator<FeatureUse> {
  const { inputs } = spec;
  if (!node.isJoin) {
    const [first] = inputs;
    if (first !== undefined) yield* flow.resultAt(first).features ?? [];
    return;
  }
  // A join may have thousands of inputs, and need none of them.
  if (!flow.hasFeatures && host().hasFeatures !== true) return;
  const window = new InputWindow(flow, inputs);
  for (const [index, locator] of inputs.entries()) {
    window.results(index);
    yield* flow.record.resultAt(locator).features ?? [];
  }
}
