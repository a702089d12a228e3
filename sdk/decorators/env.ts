import type { Refused } from "../base/refused.ts";
import { annotate } from "./annotate.ts";
import { define } from "./decorator-definition.ts";
import type { DecoratorPlace, OptionsOrFactory, StepOrClassDecorator } from "./step-decorator.ts";
import { textOption, textsOption } from "./reader.ts";

/** Options of {@link env}. */
export interface EnvOptions {
  /** Environment variables of the step's tasks. */
  readonly vars?: Readonly<Record<string, string | number | boolean>>;
  /** npm packages of this step only: name to version or range. */
  readonly packages?: Readonly<Record<string, string>>;
  /** Container image, where the step runs in a container. */
  readonly image?: string;
  /** Version of Node, or a range: `"22"`. It is brought into a container that has another one. */
  readonly node?: string;
}

/**
 * Gives a step an environment of its own: variables, npm packages, a container image, a version of Node.
 *
 * @example
 * ```ts
 * class FitFlow extends FlowSpec {
 *   @env({ packages: { "ml-matrix": "6.12.1" }, vars: { SEED: "7" } })
 *   @step start() {
 *     this.next(this.end);
 *   }
 *   @step end() {}
 * }
 * ```
 */
export function env(options: OptionsOrFactory<EnvOptions>): StepOrClassDecorator;
/** @hidden The mistake of leaving out the parentheses. */
export function env<Target>(
  target: Target,
  place: DecoratorPlace,
  descriptor?: unknown,
): Refused<"@env needs parentheses: write @env()">;
export function env(...args: readonly unknown[]): unknown {
  return annotate("env", args);
}

export const envDefinition = define({
  name: "env",
  options: {
    vars: textsOption(),
    packages: textsOption(),
    image: textOption("the name of a container image"),
    node: textOption('a version of Node: "22"'),
  },
  settings: (options) => ({
    env: {
      vars: options.vars ?? {},
      packages: options.packages ?? {},
      image: options.image ?? null,
      node: options.node ?? null,
    },
  }),
  lay: ({ env: over }, { env: under }) => ({
    env: {
      vars: { ...under?.vars, ...over?.vars },
      packages: { ...under?.packages, ...over?.packages },
      image: over?.image ?? under?.image ?? null,
      node: over?.node ?? under?.node ?? null,
    },
  }),
});
