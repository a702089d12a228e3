import { annotate } from "./annotate.ts";
import { define } from "./decorator-definition.ts";
import type { StepOrClassDecorator } from "./step-decorator.ts";

/**
 * Gives a long step a place for its progress: `current.checkpoint.save(value)` and `.load()`. What was saved survives a
 * retry and a resume of the same task.
 *
 * @example
 * ```ts
 * class TrainFlow extends FlowSpec {
 *   weights!: Float32Array;
 *
 *   @retry({ times: 3 })
 *   @checkpoint()
 *   @step start() {
 *     const { epoch, weights } = current.checkpoint.load<{ epoch: number; weights: Float32Array }>() ?? { epoch: 0, weights: new Float32Array(8) };
 *     for (let at = epoch; at < 100; at++) {
 *       weights[at % 8]! += 1;
 *       current.checkpoint.save({ epoch: at + 1, weights });
 *     }
 *     this.weights = weights;
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 * ```
 */
export function checkpoint(): StepOrClassDecorator;
export function checkpoint(...args: readonly unknown[]): StepOrClassDecorator {
  return annotate("checkpoint", args);
}

export const checkpointDefinition = define({
  name: "checkpoint",
  options: {},
  settings: () => ({ hasCheckpoint: true }),
});
