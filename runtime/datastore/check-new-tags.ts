import { MillraceError } from "../../sdk/base/millrace-error.ts";
import type { ProjectPlace, RunDocument } from "./records.ts";

/** Set by Millrace itself, never by hand. */
const SYSTEM_TAG = /^(project|project_branch|branch|user):/;
const MAX_TAG_CHARS = 500;

/** The tags that Millrace gives a run by itself. */
export function systemTags(project: ProjectPlace | null | undefined): readonly string[] {
  return project ? [`project:${project.name}`, `project_branch:${project.branch}`] : [];
}

/**
 * Judges tags that a run is to carry, whoever gives them.
 * @throws MillraceError `MILLRACE_TAG` for what is no tag, or one that Millrace alone sets
 */
export function checkNewTags(tags: unknown): asserts tags is readonly string[] {
  checkTagTexts(tags);
  const system = tags.filter((tag) => SYSTEM_TAG.test(tag));
  if (system.length > 0) throw reserved(system);
}

/**
 * Judges tags that a run is to lose: whatever it carries, but for those that Millrace gave it.
 * @throws MillraceError `MILLRACE_TAG`
 */
export function checkOldTags(tags: unknown, run: { document: RunDocument; carried: ReadonlySet<string> }): void {
  // An older version let tags pass that are refused now.
  const others = arrayOfTags(tags).filter((tag) => !run.carried.has(String(tag)));
  checkNewTags(others);
  const own = arrayOfTags(tags).filter((tag) => systemTags(run.document.project).includes(String(tag)));
  if (own.length > 0) throw reserved(own.map(String));
}

/**
 * Judges tags that are looked for, those of Millrace included.
 * @throws MillraceError `MILLRACE_TAG` for what no run can carry
 */
export function checkTagTexts(tags: unknown): asserts tags is readonly string[] {
  const bad = arrayOfTags(tags).find((tag) => !isTag(tag));
  if (bad === undefined) return;
  throw new MillraceError({
    code: "MILLRACE_TAG",
    headline: `Cannot use a tag because it is not a string of 1 to ${MAX_TAG_CHARS} characters on one line: ${shown(bad)}`,
    hint: "a tag is a short string without control characters, such as nightly or data:2026-11",
  });
}

function arrayOfTags(tags: unknown): readonly unknown[] {
  if (Array.isArray(tags)) return tags;
  throw new MillraceError({
    code: "MILLRACE_TAG",
    headline: `Cannot use the tags because they are not an array of strings: ${shown(tags)}`,
    hint: 'pass an array, even for one tag: ["nightly"]',
  });
}

function isTag(tag: unknown): boolean {
  return (
    typeof tag === "string" && tag.trim() !== "" && tag.length <= MAX_TAG_CHARS && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(tag)
  );
}

function reserved(tags: readonly string[]): MillraceError {
  return new MillraceError({
    code: "MILLRACE_TAG",
    headline: `Cannot change ${tags.map(shown).join(", ")} because Millrace sets such tags itself and they stay with the run`,
    details: ["system tags begin with project:, project_branch:, branch: or user:"],
    hint: "choose a tag with another prefix",
  });
}

/** Bare where it is plain. */
function shown(value: unknown): string {
  if (typeof value === "string" && /^[\w:.@/+-]{1,100}$/.test(value)) return value;
  const text = typeof value === "string" || value === null ? JSON.stringify(value) : `a value of type ${typeof value}`;
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
