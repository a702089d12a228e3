import { inspect } from "node:util";
import { MillraceError } from "../base/millrace-error.ts";
import type { OwnDecorator } from "../base/own-decorator.ts";
import { BUILT_IN_DECORATORS } from "./definition-of.ts";

const PARTS = ["name", "options", "settings", "before", "around", "after"];
const CLASS_DECORATORS = ["project", "onExit", "schedule", "trigger", "triggerOnFinish", "queue"];
const OTHERS = ["step", ...CLASS_DECORATORS, "parameter", "includeFile", "config"];

/** @throws MillraceError for what `decorator()` cannot make a decorator of */
export function checkedOwnDecorator(parts: unknown): OwnDecorator {
  if (typeof parts !== "object" || parts === null) throw refused(`it is described by an object: ${inspect(parts)}`);
  const { name, options = null, settings = null, ...rest } = parts as Record<string, unknown>;
  if (typeof name !== "string" || !/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name))
    throw refused(`its name must be a name that code can have: ${inspect(name)}`);
  if (BUILT_IN_DECORATORS.includes(name) || OTHERS.includes(name))
    throw refused(`Millrace itself has a decorator of that name: ${name}`);
  const unknown = Object.keys(parts).find((part) => !PARTS.includes(part));
  if (unknown !== undefined) throw refused(`${name} has a part that is not one of ${PARTS.join(", ")}: ${unknown}`);
  if (options !== null && !/^(object|function)$/.test(typeof options))
    throw refused(`the options of ${name} are a schema or an object of defaults: ${inspect(options)}`);
  if (settings !== null && !/^(object|function)$/.test(typeof settings))
    throw refused(`the settings of ${name} are an object or a function that gives one: ${inspect(settings)}`);
  const hook = (part: string) => hookIn(rest, { name, part });
  return {
    name,
    options: options as OwnDecorator["options"],
    settings: settings as OwnDecorator["settings"],
    before: hook("before"),
    around: hook("around"),
    after: hook("after"),
  };
}

function hookIn(parts: Record<string, unknown>, { name, part }: { name: string; part: string }) {
  const hook = parts[part];
  if (hook === undefined) return null;
  if (typeof hook !== "function")
    throw refused(`${part} of ${name} must be a function: ${inspect(hook, { depth: 0 })}`);
  return hook as (...args: unknown[]) => unknown;
}

function refused(why: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_DECORATOR_OPTION",
    headline: `Cannot make a decorator because ${why}`,
    hint: 'write decorator({ name: "timed", options: { unit: "ms" }, before(task) { … }, after(task, outcome) { … } })',
  });
}
