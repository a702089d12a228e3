import { MillraceError } from "../base/millrace-error.ts";
import type { DecoratorUse } from "../base/metadata.ts";
import { messageOf } from "../base/message-of.ts";
import type { OwnDecorator } from "../base/own-decorator.ts";
import { evaluateOptions, wrongOption } from "./decorator-definition.ts";
import { definitionOf } from "./definition-of.ts";
import { ownOptions } from "./own-options.ts";

/** A use that did not come from the code: its engine goes before one that the code names. */
export interface AddedUse extends DecoratorUse {
  readonly isAdded: true;
}

/** Where uses count. */
export interface UsesAt {
  /** Values of the flow's `@config` fields, for options that are a function of them. */
  readonly configs: Readonly<Record<string, unknown>>;
  /** The step that carries the decorators, for messages. */
  readonly step: string;
}

/**
 * The uses that count for a step, the strongest first: what the step says goes before what its class says, a class before
 * its base class, and the code before `--with`. At each place, what is written goes before what a decorator of the flow's
 * own adds, which it does only where it counts itself. Of one decorator only the strongest use is there, except where they
 * are laid over each other, as variables of `@env` are.
 *
 * @param uses - those of the step, then those of its classes, the nearest first, then what `--with` adds
 * @throws MillraceError for a decorator that stands twice in one place
 */
export function effectiveUses(uses: readonly DecoratorUse[], at: UsesAt): readonly DecoratorUse[] {
  const effective: DecoratorUse[] = [];
  for (const group of byPlace(uses)) for (const use of group.filter(take).flatMap((one) => addedBy(one, at))) take(use);
  return effective;

  /** True where the use counts. */
  function take(use: DecoratorUse): boolean {
    const id = idOf(use, at);
    const stronger = effective.filter((one) => one.decorator === use.decorator && idOf(one, at) === id);
    if (stronger.some((one) => one.from === undefined && use.from === undefined && isSamePlace(one, use)))
      throw repeated(use, at.step);
    const counts = stronger.length === 0 || isLaid(use);
    if (counts) effective.push(use);
    return counts;
  }
}

/** Those that the flow's own code made, in the order in which they surround the step: the outermost first. */
export function ownUses(effective: readonly DecoratorUse[]): readonly DecoratorUse[] {
  return byPlace(effective.filter((use) => use.own !== undefined))
    .reverse()
    .flat();
}

/** True for what `--with` adds. */
export function isAdded(use: DecoratorUse): use is AddedUse {
  return "isAdded" in use;
}

/** True for two uses that stand on the same step, before the same class, or come from `--with`. */
export function isSamePlace(one: DecoratorUse, other: DecoratorUse): boolean {
  return isAdded(one) === isAdded(other) && one.on === other.on;
}

/** Where a use stands, as messages say it. */
function placeOfUse(use: DecoratorUse, step: string): string {
  const from = use.from === undefined ? "" : `by @${use.from} `;
  if (isAdded(use)) return `${from}added by --with to step ${step}`;
  return use.on === undefined ? `${from}at step ${step}` : `${from}before class ${use.on.name}, for every step`;
}

/** The same error, with the place of the use that it is about. */
export function errorAtUse(error: unknown, use: DecoratorUse, step: string): unknown {
  if (!(error instanceof MillraceError)) return error;
  const { code, headline, details, hint, cause } = error;
  const parts = { code, headline, details: [placeOfUse(use, step), ...details], cause };
  return new MillraceError(hint === undefined ? parts : { ...parts, hint });
}

function byPlace(uses: readonly DecoratorUse[]): DecoratorUse[][] {
  const groups: DecoratorUse[][] = [];
  for (const use of uses) {
    const group = groups.find(([first]) => first !== undefined && isSamePlace(first, use));
    if (group === undefined) groups.push([use]);
    else group.push(use);
  }
  return groups;
}

/** What a decorator of the flow's own adds beside its hooks. */
function addedBy(use: DecoratorUse, { configs, step }: UsesAt): readonly DecoratorUse[] {
  const { own, decorator: from } = use;
  if (!own?.settings) return [];
  const place = { ...(use.on !== undefined && { on: use.on }), ...(isAdded(use) && { isAdded: true }) };
  try {
    const settings = settingsOf(own, ownOptions(own, evaluateOptions(use, configs)));
    const entries = Object.entries(settings).filter(([, options]) => options !== undefined);
    return entries.map(([decorator, options]) => ({ ...place, decorator, options, from }));
  } catch (error) {
    throw errorAtUse(error, use, step);
  }
}

function settingsOf({ name, settings }: OwnDecorator, options: unknown): Readonly<Record<string, unknown>> {
  if (typeof settings !== "function") return settings ?? {};
  let given: unknown;
  try {
    given = settings(options);
  } catch (error) {
    throw wrongOption(name, `its settings cannot be computed: ${messageOf(error)}`, "correct the function `settings`");
  }
  if (typeof given === "object" && given !== null) return given as Readonly<Record<string, unknown>>;
  throw wrongOption(
    name,
    `its settings are an object: ${String(given)}`,
    "return { retry: { times: 2 } }, for example",
  );
}

/** Of a decorator of which several may stand in one place; null for all others. */
function idOf(use: DecoratorUse, { configs, step }: UsesAt): string | null {
  if (use.own !== undefined) return null;
  try {
    const { idOf: read } = definitionOf(use.decorator);
    return read === undefined ? null : read(evaluateOptions(use, configs));
  } catch (error) {
    throw errorAtUse(error, use, step);
  }
}

/** A decorator that `--with` itself names gives way to the code's as a whole. */
function isLaid(use: DecoratorUse): boolean {
  if (use.own !== undefined || (isAdded(use) && use.from === undefined)) return false;
  return definitionOf(use.decorator).lay !== undefined;
}

function repeated({ decorator, on }: DecoratorUse, step: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DECORATOR_REPEATED",
    headline: `Cannot use @${decorator} twice ${on === undefined ? `on step ${step}` : `before class ${on.name}`} because only one of them could apply`,
    hint: "keep one, with all its options",
  });
}
