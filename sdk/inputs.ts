/** Tells a join's parameter from a foreach item that happens to be an array; exists in types only. */
declare const INPUTS: unique symbol;

/** Matched instead of a function type: comparing signatures would make a join's own type refer to itself. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- see above
type Callable = Function;

/** Names of what FlowSpec itself has; the type tests hold them equal to `keyof FlowSpec`. */
export type FlowSpecMember = "next" | "input" | "index" | "foreachStack" | "mergeArtifacts";

/** Names of a flow's artifacts: its fields, without methods, members of FlowSpec and names that start with `_`. */
export type ArtifactName<Flow> = {
  [Name in keyof Flow & string]: Name extends FlowSpecMember | `_${string}`
    ? never
    : Flow[Name] extends Callable
      ? never
      : Name;
}[keyof Flow & string];

/** Names of a flow's own methods, its steps among them. */
export type MethodName<Flow> = {
  [Name in keyof Flow & string]: Name extends FlowSpecMember ? never : Flow[Name] extends Callable ? Name : never;
}[keyof Flow & string];

/**
 * The artifacts of a flow as plain read-only data: no methods, nothing of FlowSpec.
 *
 * @example
 * ```ts
 * function report(data: FlowData<RecSysFlow>): string {
 *   return `score ${data.score}`;
 * }
 * ```
 */
export type FlowData<Flow> = {
  readonly [Name in keyof Flow as Name extends ArtifactName<Flow> ? Name : never]: Flow[Name];
};

/**
 * What a join receives: a view of each path's artifacts in split order, also by the name of the step that leads here.
 *
 * A step that is called like a method of arrays (`filter`) is found by its place only.
 *
 * @example
 * ```ts
 * class PickFlow extends FlowSpec {
 *   score!: number;
 *   // …
 *   @step pick(inputs: Inputs<PickFlow>) {
 *     this.score = Math.max(inputs.fitA.score, inputs.fitB.score); // or inputs.map((input) => input.score)
 *     this.next(this.end);
 *   }
 * }
 * ```
 */
export type Inputs<Flow> = readonly FlowData<Flow>[] & {
  readonly [Name in Exclude<MethodName<Flow>, keyof (readonly unknown[])>]: FlowData<Flow>;
} & { readonly [INPUTS]: true };

/** The parameter list of a join. */
export type JoinParameters = [inputs: { readonly [INPUTS]: true }];
