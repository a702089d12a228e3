import type { Refused } from "../base/refused.ts";
import { annotateStep } from "./annotate.ts";
import { define, wrongOption } from "./decorator-definition.ts";
import type { ArtifactName } from "../inputs.ts";
import type { DecoratorPlace, OptionsOrFactory, StepDecorator } from "./step-decorator.ts";
import { textOption } from "./reader.ts";

/** Options of {@link catchError}. */
export interface CatchErrorOptions<Field extends string = string> {
  /** Artifact that receives the error; `undefined` there when all went well. */
  readonly as?: Field;
}

/**
 * Lets the flow go on after a step whose attempts all failed.
 *
 * @example
 * ```ts
 * class CarefulFlow extends FlowSpec {
 *   problem: Error | undefined;
 *
 *   @catchError({ as: "problem" })
 *   @step start() {
 *     risky();
 *     this.next(this.end);
 *   }
 *   @step end() {
 *     console.log(this.problem?.message ?? "all went well");
 *   }
 * }
 * ```
 */
export function catchError<Flow>(
  options?: OptionsOrFactory<CatchErrorOptions<NoInfer<ArtifactName<Flow>> | OtherText>>,
): StepDecorator<Flow>;
/** @hidden The mistake of leaving out the parentheses. */
export function catchError<Target>(
  target: Target,
  place: DecoratorPlace,
  descriptor?: unknown,
): Refused<"@catchError needs parentheses: write @catchError()">;
export function catchError(...args: readonly unknown[]): unknown {
  return annotateStep("catchError", args);
}

/** Any other string, such as the name of a private field; plain `string` would leave an editor no names to offer. */
type OtherText = string & Record<never, never>;

export const catchErrorDefinition = define({
  name: "catchError",
  options: { as: textOption("the name of an artifact") },
  settings({ as }) {
    if (as !== undefined && !/^[\p{ID_Start}$][\p{ID_Continue}$]*$/u.test(as)) {
      throw wrongOption("catchError", `no artifact can be called ${as}`, "use a name that does not start with _");
    }
    return { catchAs: as ?? null };
  },
});
