import { MillraceError } from "../base/millrace-error.ts";
import type { DecoratorUse } from "../base/metadata.ts";
import type { OwnDecoratorUse, StepSettings } from "../base/step-settings.ts";
import { evaluateOptions, type StepContribution } from "./decorator-definition.ts";
import { definitionOf } from "./definition-of.ts";
import { mergedNeeds, placedNeeds } from "./merged-needs.ts";
import { ownOptions } from "./own-options.ts";
import { effectiveUses, errorAtUse, isAdded, isSamePlace, ownUses, type UsesAt } from "./effective-uses.ts";

/**
 * The plain settings that all decorators of one step come down to.
 *
 * Resources that several decorators name are merged by maximum, for each attempt; a default never outweighs a value that
 * one names.
 *
 * @param uses - those of the step, then those of its classes, the nearest first, then what `--with` adds
 * @throws MillraceError for wrong options, a decorator used twice, or two engines in the code
 */
export function resolveSettings(uses: readonly DecoratorUse[], at: UsesAt): StepSettings {
  const effective = effectiveUses(uses, at);
  const parts = laid(effective.map((use) => partOf(use, at)));
  const own = ownUses(effective).map(ownUse);
  const engine = engineOf(parts, at.step);
  // What an engine's decorator asks for is for that engine: where another runs the step, @resources alone counts.
  const counting = parts.filter((part) => part.engine === undefined || part.engine === engine);
  const needs = counting.flatMap((part) => part.resources ?? []);
  const settings: StepSettings = parts.reduce((all, part) => ({ ...all, ...part.settings }), {});
  return {
    ...settings,
    ...(own.length > 0 ? { own } : {}),
    ...(needs.length > 0 ? { resources: mergedNeeds(needs, settings.retry?.times ?? 0) } : {}),
    ...(engine === undefined ? {} : { engine }),
  };
}

interface Part {
  readonly use: DecoratorUse;
  readonly settings: Omit<StepSettings, "resources" | "engine">;
  readonly resources: StepContribution["resources"];
  readonly engine: StepContribution["engine"];
}

function partOf(use: DecoratorUse, { configs, step }: UsesAt): Part {
  try {
    const options = evaluateOptions(use, configs);
    if (use.own === undefined) return withPlace(asPart(use, definitionOf(use.decorator).settings(options)), step);
    ownOptions(use.own, options);
    return asPart(use, {});
  } catch (error) {
    throw errorAtUse(error, use, step);
  }
}

/** What the code says is asked of the code again; of `--with` only the options that it gave are known. */
function ownUse(use: DecoratorUse): OwnDecoratorUse {
  const { decorator: name } = use;
  return isAdded(use) ? { name, given: use.options as Readonly<Record<string, unknown>> } : { name };
}

function asPart(use: DecoratorUse, { resources, engine, ...settings }: StepContribution): Part {
  return { use, settings, resources, engine };
}

/** The same part; an error in what its needs are for an attempt names its place. */
function withPlace(part: Part, step: string): Part {
  const { use, resources } = part;
  return resources === undefined ? part : { ...part, resources: placedNeeds(resources, { use, step }) };
}

/** One part for each decorator: of several, the stronger is laid over the weaker. */
function laid(parts: readonly Part[]): readonly Part[] {
  const byName = new Map<string, Part>();
  for (const part of parts) {
    const { decorator } = part.use;
    const over = byName.get(decorator);
    byName.set(decorator, over === undefined ? part : layOver(over, part));
  }
  return [...byName.values()];
}

function layOver(over: Part, under: Part): Part {
  const lay = definitionOf(over.use.decorator).lay ?? ((stronger: StepContribution) => stronger);
  return asPart(over.use, lay(contributionOf(over), contributionOf(under)));
}

function contributionOf({ settings, resources, engine }: Part): StepContribution {
  return { ...settings, ...(resources && { resources }), ...(engine && { engine }) };
}

/** What `--with` names goes first, then what the step says, then its class. */
function engineOf(parts: readonly Part[], step: string): StepSettings["engine"] {
  const engines = parts.filter((part) => part.engine !== undefined);
  const [engine, other] = [...engines.filter(({ use }) => isAdded(use)), ...engines.filter(({ use }) => !isAdded(use))];
  const isBeside = engine !== undefined && other !== undefined && isSamePlace(engine.use, other.use);
  if (!isBeside || engine.use.from !== other.use.from) return engine?.engine;
  throw new MillraceError({
    code: "MILLRACE_DECORATOR_CONFLICT",
    headline: `Cannot run step ${step} because it names two engines: ${engine.use.decorator} and ${other.use.decorator}`,
    hint: "keep one; @resources says what a step needs without naming an engine",
  });
}
