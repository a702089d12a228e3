import { isModelAlias, isModelName, LATEST } from "../../../sdk/base/is-model-name.ts";
import { modelError, shown } from "./model-error.ts";

/** Which version of a model is meant. */
export type ModelPointer =
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "alias"; readonly alias: string }
  | { readonly kind: "latest" };

export interface PointedModel {
  readonly model: string;
  readonly pointer: ModelPointer;
}

/**
 * Reads `churn@production`, `churn@7` or `churn@latest`.
 * @throws MillraceError `MILLRACE_MODEL`
 */
export function parseModelPointer(text: unknown): PointedModel {
  if (typeof text !== "string") throw unreadable(text, "it is not a string");
  const [name = "", at, ...more] = text.split("@");
  if (!isModelName(name)) throw unreadable(text, `${shown(name)} cannot be the name of a model`);
  if (at === undefined) throw unreadable(text, "it does not say which version", `${name}@${LATEST}`);
  if (more.length > 0) throw unreadable(text, "it has more than one @", `${name}@${at}`);
  return { model: name, pointer: pointerOf(text, at) };
}

function pointerOf(text: string, at: string): ModelPointer {
  if (at === LATEST) return { kind: "latest" };
  if (isModelAlias(at)) return { kind: "alias", alias: at };
  const number = /^\d{1,15}$/.test(at) ? Number(at) : 0;
  if (number > 0) return { kind: "number", number };
  throw unreadable(text, at === "" ? "nothing follows the @" : `${shown(at)} is neither a number from 1 nor an alias`);
}

/** @throws MillraceError `MILLRACE_MODEL` */
export function checkModelName(name: unknown): asserts name is string {
  if (isModelName(name)) return;
  throw modelError(
    `Cannot use the name ${shown(name)} for a model because a name is a letter, then at most 99 letters, digits, _ and -`,
    { hint: "choose a name such as churn" },
  );
}

/** @throws MillraceError `MILLRACE_MODEL` */
export function checkModelAlias(alias: unknown): asserts alias is string {
  if (isModelAlias(alias)) return;
  const because =
    alias === LATEST
      ? "it stands for the highest number already"
      : "an alias is a letter, then at most 99 letters, digits, _ and -";
  throw modelError(`Cannot use the alias ${shown(alias)} because ${because}`, {
    hint: "choose an alias such as production",
  });
}

/** @throws MillraceError `MILLRACE_MODEL` */
export function checkModelNumber(number: unknown): asserts number is number {
  if (Number.isSafeInteger(number) && (number as number) > 0) return;
  throw modelError(`Cannot use the version ${shown(number)} because versions are numbered from 1`, {
    hint: "pass its number: version.number",
  });
}

function unreadable(text: unknown, seen: string, example = "churn@production"): Error {
  return modelError(`Cannot read the reference ${shown(text)} because ${seen}`, {
    details: ["wanted: NAME@NUMBER, NAME@ALIAS or NAME@latest"],
    hint: `for example ${example}`,
  });
}
