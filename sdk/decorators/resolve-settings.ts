import { MillraceError } from "../base/millrace-error.ts";
import { largest } from "../base/largest.ts";
import type { DecoratorUse } from "../base/metadata.ts";
import { DEFAULT_RESOURCES, type ResourceSettings, type StepSettings } from "../base/step-settings.ts";
import { evaluateOptions, type StepContribution } from "./decorator-definition.ts";
import { definitionOf } from "./definition-of.ts";

/** A use that did not come from the code: its engine goes before one that the code names. */
export interface AddedUse extends DecoratorUse {
  readonly isAdded: true;
}

export interface ResolveOptions {
  /** Values of the flow's `@config` fields, for options that are a function of them. */
  readonly configs: Readonly<Record<string, unknown>>;
  /** The step that carries the decorators, for messages. */
  readonly step: string;
}

/**
 * The plain settings that all decorators of one step come down to.
 *
 * Resources that several decorators name are merged by maximum; a default never outweighs a value that one names.
 *
 * @throws MillraceError for wrong options, a decorator used twice, or two engines in the code
 */
export function resolveSettings(uses: readonly DecoratorUse[], { configs, step }: ResolveOptions): StepSettings {
  refuseRepeated(uses, step);
  const parts = uses.map((use) => partOf(use, { configs, step }));
  const engine = engineOf(parts, step);
  // What an engine's decorator asks for is for that engine: where another runs the step, @resources alone counts.
  const counting = parts.filter((part) => part.engine === undefined || part.engine === engine);
  const needs = counting.flatMap((part) => part.resources ?? []);
  return {
    ...parts.reduce((all, part) => ({ ...all, ...part.settings }), {}),
    ...(needs.length > 0 ? { resources: mergedNeeds(needs) } : {}),
    ...(engine === undefined ? {} : { engine }),
  };
}

interface Part {
  readonly decorator: string;
  readonly isAdded: boolean;
  readonly settings: Omit<StepSettings, "resources" | "engine">;
  readonly resources: StepContribution["resources"];
  readonly engine: StepContribution["engine"];
}

function partOf(use: DecoratorUse, { configs, step }: ResolveOptions): Part {
  try {
    const contribution = definitionOf(use.decorator).settings(evaluateOptions(use, configs));
    const { resources, engine, ...settings } = contribution;
    return { decorator: use.decorator, isAdded: "isAdded" in use, settings, resources, engine };
  } catch (error) {
    throw error instanceof MillraceError ? atStep(error, step) : error;
  }
}

function refuseRepeated(uses: readonly DecoratorUse[], step: string): void {
  const names = uses.map((use) => use.decorator);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return;
  throw new MillraceError({
    code: "MILLRACE_DECORATOR_REPEATED",
    headline: `Cannot use @${repeated} twice on step ${step} because only one of them could apply`,
    hint: "keep one, with all its options",
  });
}

function engineOf(parts: readonly Part[], step: string): StepSettings["engine"] {
  const engines = parts.filter((part) => part.engine !== undefined);
  const added = engines.filter((part) => part.isAdded);
  const [engine, other] = added.length > 0 ? added : engines;
  if (engine === undefined || other === undefined) return engine?.engine;
  throw new MillraceError({
    code: "MILLRACE_DECORATOR_CONFLICT",
    headline: `Cannot run step ${step} because it names two engines: ${engine.decorator} and ${other.decorator}`,
    hint: "keep one; @resources says what a step needs without naming an engine",
  });
}

function mergedNeeds(needs: readonly Partial<ResourceSettings>[]): ResourceSettings {
  const names = Object.keys(DEFAULT_RESOURCES) as (keyof ResourceSettings)[];
  const merged = names.map((name) => {
    const values = needs.flatMap((need) => need[name] ?? []);
    return [name, values.length > 0 ? largest(values) : DEFAULT_RESOURCES[name]];
  });
  return Object.fromEntries(merged) as ResourceSettings;
}

function atStep({ code, headline, details, hint, cause }: MillraceError, step: string): MillraceError {
  const parts = { code, headline, details: [`at step ${step}`, ...details], cause };
  return new MillraceError(hint === undefined ? parts : { ...parts, hint });
}
