import type { StandardSchemaV1 } from "@standard-schema/spec";
import { host, type CurrentTask } from "../base/host.ts";
import type { OptionDefaults, OwnDecorator } from "../base/own-decorator.ts";
import type { FlowSpec } from "../flow-spec.ts";
import { applyUse } from "./annotate.ts";
import { isApplied, isClass } from "./decorator-arguments.ts";
import { checkedOwnDecorator } from "./checked-own-decorator.ts";
import type { OwnSettings } from "./own-settings.ts";
import type { OptionsOrFactory, StepOrClassDecorator } from "./step-decorator.ts";

/** What {@link decorator} is told of a decorator. */
export interface DecoratorParts<Declared extends DeclaredOptions> {
  /** As it is called after `--with`, which takes the one made last where two share a name, and in messages. */
  readonly name: string;
  /**
   * A default for each option, which also gives its type; or a Standard Schema.
   * @defaultValue it takes no options
   */
  readonly options?: Declared;
  /** What it adds to the step beside its hooks: `{ retry: { times: 2 } }` is as if `@retry({ times: 2 })` stood there too. */
  readonly settings?: OwnSettings | ((options: OptionsOf<Declared>) => OwnSettings);
  /** Called before the step's code. */
  before?(task: DecoratedTask<OptionsOf<Declared>>): unknown;
  /** Called in place of the step's code, which `next` runs. */
  around?(next: () => Promise<void>, task: DecoratedTask<OptionsOf<Declared>>): unknown;
  /** Called when the step's code has ended, however it did. */
  after?(task: DecoratedTask<OptionsOf<Declared>>, outcome: AttemptOutcome): unknown;
}

/** How the options of a decorator of one's own are declared. */
export type DeclaredOptions = StandardSchemaV1 | OptionDefaults;

/** The options as hooks see them. */
export type OptionsOf<Declared> = Declared extends StandardSchemaV1<unknown, infer Output> ? Output : Declared;

/** The options as they are written. */
export type GivenOptions<Declared> =
  Declared extends StandardSchemaV1<infer Input> ? Input : { readonly [Name in keyof Declared]?: Declared[Name] };

/** What a hook gets: all that `current` shows of the task, the flow and the decorator's options. */
export interface DecoratedTask<Options> extends CurrentTask {
  /** The flow as the step sees it: its artifacts are its fields. */
  readonly flow: FlowSpec;
  /** The decorator's options, complete. */
  readonly options: Options;
}

/** How one attempt of a step ended. */
export interface AttemptOutcome {
  /** `caught`: it failed, and the flow goes on by `@catchError`. */
  readonly status: "succeeded" | "failed" | "caught";
  /** What was thrown; null after a success. */
  readonly error: unknown;
  /** Since the decorator's `before`, in milliseconds. */
  readonly durationMs: number;
}

/** A decorator made by {@link decorator}: `@timed`, `@timed()` or `@timed({ … })`, on a step or before the class. */
export interface OwnStepDecorator<Options> extends StepOrClassDecorator {
  (options?: OptionsOrFactory<Options>): StepOrClassDecorator;
}

/**
 * Makes a step decorator of your own. Each hook runs once in an attempt that executes the step, in the task's process.
 *
 * @param parts - its name, its options, and what it does
 * @throws MillraceError for the name of a decorator of Millrace itself, or a hook that is not a function
 *
 * @example
 * ```ts
 * export const timed = decorator({
 *   name: "timed",
 *   options: { unit: "ms" },
 *   after({ stepName, options }, { status, durationMs }) {
 *     console.log(`${stepName} ${status} after ${options.unit === "s" ? durationMs / 1000 : durationMs} ${options.unit}`);
 *   },
 * });
 *
 * class TrainFlow extends FlowSpec {
 *   @timed({ unit: "s" })
 *   @step({ start: true, end: true }) train() {}
 * }
 * ```
 */
export function decorator<Declared extends DeclaredOptions = Readonly<Record<string, never>>>(
  parts: DecoratorParts<Declared>,
): OwnStepDecorator<GivenOptions<Declared>> {
  const own: OwnDecorator = checkedOwnDecorator(parts);
  const { name } = own;
  (host().decorators ??= new Map()).set(name, own);
  return (...args: readonly unknown[]): StepOrClassDecorator => {
    if (!isApplied(args) && !isClass(args[0]))
      return (...place: readonly unknown[]) => applyUse({ decorator: name, options: args[0] ?? {}, own }, place);
    applyUse({ decorator: name, options: {}, own }, args);
    // A compiler takes what a decorator gives for the method or the class.
    return undefined as unknown as StepOrClassDecorator;
  };
}
