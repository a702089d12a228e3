const NAME = /^[A-Za-z][\w-]{0,99}$/;

/** The word that stands for the version with the highest number. */
export const LATEST = "latest";

/** What a model can be called: a part of keys, of references and of the names of events. */
export function isModelName(name: unknown): name is string {
  return typeof name === "string" && NAME.test(name);
}

/** What an alias can be called; what begins with a digit is a number. */
export function isModelAlias(name: unknown): name is string {
  return typeof name === "string" && name !== LATEST && NAME.test(name);
}
