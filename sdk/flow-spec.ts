import { type ForeachFrame, host } from "./base/host.ts";
import { runningTask } from "./base/running-task.ts";
import type { ArtifactName } from "./inputs.ts";
import type { CheckedFirst, CheckedRest, Revealed, RevealedAt } from "./transition/transition.ts";

/**
 * The base class of every flow: its methods marked `@step` are the steps, its fields the artifacts.
 *
 * @example
 * ```ts
 * import { FlowSpec, main, step, type Inputs } from "millrace";
 *
 * class SquaresFlow extends FlowSpec {
 *   numbers = [1, 2, 3];
 *   square!: number;
 *
 *   @step start() {
 *     this.next(this.compute, { foreach: "numbers" });
 *   }
 *   @step compute(number: number) {
 *     this.square = number ** 2;
 *     this.next(this.collect);
 *   }
 *   @step collect(inputs: Inputs<SquaresFlow>) {
 *     console.log(inputs.map((input) => input.square));
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 *
 * main(SquaresFlow);
 * ```
 */
export abstract class FlowSpec {
  /** Called by Millrace, for the launcher and for each task. */
  constructor() {
    const begun = host().beginInstance?.(this);
    if (begun !== undefined) return begun;
  }

  /**
   * Says where the flow goes from here: the last thing a step does, once, in every step but the end.
   *
   * `this.next(this.a)` goes on, `this.next(this.a, this.b)` branches,
   * `this.next(this.train, { foreach: "shards" })` fans out over an artifact (with `label: "name"`, a property of the
   * items stands beside each task wherever tasks are shown),
   * `this.next({ small: this.quick, large: this.deep }, { condition: "size" })` chooses,
   * `this.next(this.train, { numParallel: 4 })` starts a gang.
   */
  next<const First, const Rest extends readonly unknown[]>(
    first: First & CheckedFirst<RevealedAt<this, First>, First, Rest>,
    ...rest: CheckedRest<RevealedAt<this, First>, Rest>
  ): void;
  next(...args: readonly unknown[]): void {
    runningTask("this.next", this).next(args);
  }

  /** The item that this task of a foreach received, throughout its body; throws outside a foreach. */
  get input(): unknown {
    return runningTask("this.input", this).input;
  }

  /** The item's place in the innermost foreach, from 0; undefined outside a foreach. */
  get index(): number | undefined {
    return runningTask("this.index", this).index;
  }

  /** The enclosing foreach splits of this task, outermost first. */
  foreachStack(): readonly ForeachFrame[] {
    return runningTask("this.foreachStack", this).foreachStack();
  }

  /**
   * Carries artifacts through a join: all on which the inputs agree, or those that `include` or `exclude` leave.
   *
   * @throws one error that lists every artifact on which the inputs differ and that the join did not set itself
   */
  mergeArtifacts<Self>(
    this: Revealed<Self> | FlowSpec,
    inputs: readonly object[],
    options: {
      /** Only these artifacts. */
      readonly include?: readonly NoInfer<ArtifactName<Self>>[];
      /** All but these. */
      readonly exclude?: readonly NoInfer<ArtifactName<Self>>[];
    } = {},
  ): void {
    runningTask("this.mergeArtifacts", this).mergeArtifacts(inputs, options);
  }
}
