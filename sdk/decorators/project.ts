import type { AnyClass } from "../base/metadata.ts";
import type { Refused } from "../base/refused.ts";
import { type ClassDecorator, annotateClass, classOptionsOf } from "./class-decorator.ts";
import { wrongOption } from "./decorator-definition.ts";

/** Options of {@link project}. */
export interface ProjectOptions {
  /** Lower-case letters, digits, `_` and `-`, at most 200. */
  readonly name: string;
}

/** @hidden The mistake of leaving out the parentheses; first, as a class has a static name and would pass for options. */
export function project(
  flow: AnyClass,
  context: ClassDecoratorContext,
): Refused<"@project needs parentheses: write @project({ name: … })">;
/**
 * Says that a flow belongs to a project. Its runs are tagged with the project and a branch: your own by default, one
 * of that name with `--branch`, production with `--production`.
 *
 * @example
 * ```ts
 * @project({ name: "fraud" })
 * class FraudFlow extends FlowSpec {
 *   @step({ start: true, end: true }) start() {
 *     console.log(current.projectName, current.branchName, current.isProduction);
 *   }
 * }
 * ```
 */
export function project(options: ProjectOptions): ClassDecorator;
export function project(options: ProjectOptions): unknown {
  const name = (options as ProjectOptions | undefined)?.name;
  if (typeof name !== "string" || !/^[a-z0-9][a-z0-9_-]{0,199}$/.test(name)) {
    const seen = JSON.stringify(name) ?? "nothing";
    throw wrongOption(
      "project",
      `its name must be of at most 200 lower-case letters, digits, _ and -: ${seen}`,
      'write @project({ name: "fraud" })',
    );
  }
  return annotateClass("project", options);
}

/** Null where the flow belongs to no project. */
export function projectNameOf(flow: AnyClass): string | null {
  return classOptionsOf<ProjectOptions>(flow, "project")?.name ?? null;
}
