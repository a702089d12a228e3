import { MillraceError } from "../../sdk/base/millrace-error.ts";

/** No separator of any system, no drive, no control character, nothing that stands for this folder or the one above. */
const NAME = String.raw`(?![. ]+(?:/|$))[^/\\:\p{Cc}\p{Cs}]+`;
const ONE = new RegExp(`^${NAME}$`, "u");
const MANY = new RegExp(`^${NAME}(?:/${NAME})*$`, "u");

/** True for a text that may stand between two slashes of a key: the name of a run, a step, a segment. */
export function isKeyPart(text: unknown): text is string {
  return typeof text === "string" && ONE.test(text);
}

/** True for a key that names a place within its storage, whatever that is. */
export function isKey(key: string): boolean {
  return MANY.test(key);
}

/**
 * Refuses what would lead out of the storage.
 * @throws MillraceError `MILLRACE_KEY`
 */
export function checkKey(key: string): void {
  if (isKey(key)) return;
  throw new MillraceError({
    code: "MILLRACE_KEY",
    headline: `Cannot use a key of the datastore because it must be names with a slash between them: ${shown(key)}`,
    details: ["a name is not empty, not .. and has no backslash, colon or control character"],
    hint: "Millrace does not write such names: who else can write to the datastore? fsck reports which record has it",
  });
}

const SHOWN_CHARS = 100;

function shown(key: string): string {
  return JSON.stringify(key.length > SHOWN_CHARS ? `${key.slice(0, SHOWN_CHARS)}…` : key);
}
