import type { AnyFunction } from "../../../sdk/base/metadata.ts";
import { parseMethod } from "./parse-method.ts";
import type { StepReading } from "./read-step.ts";
import { scanBody } from "./scan-body.ts";
import { RESERVED_NAMES } from "../reserved-names.ts";

export interface MentionsOptions {
  readonly isJoin: boolean;
  /** Artifacts that the step's own transition reads. */
  readonly transitionReads: readonly string[];
  readonly steps: ReadonlySet<string>;
  /** Every method of the class: what a step calls on `this` reads artifacts too. */
  readonly methods: ReadonlyMap<string, AnyFunction>;
}

/**
 * Artifact names that a step may read or write, as far as its source tells.
 * A join counts every property name, as `inputs[i].x` can hide behind any variable.
 */
export function mentionsOf(reading: StepReading, options: MentionsOptions): readonly string[] {
  const names = new Set([...(options.isJoin ? reading.any : reading.own), ...options.transitionReads]);
  const pending = [...reading.own];
  const followed = new Set<string>();
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const method = options.methods.get(name);
    if (method === undefined || followed.has(name) || RESERVED_NAMES.has(name) || options.steps.has(name)) continue;
    followed.add(name);
    const parsed = parseMethod(Function.prototype.toString.call(method));
    const used = parsed === null ? [] : scanBody(parsed.node).own;
    for (const other of used) {
      names.add(other);
      pending.push(other);
    }
  }
  return [...names]
    .filter((name) => !RESERVED_NAMES.has(name) && !options.steps.has(name) && !followed.has(name))
    .sort();
}
