import fs from "node:fs";
import { MillraceError } from "../../sdk/base/errors.ts";
import { nearest } from "../../sdk/base/nearest.ts";

/** A project's settings, found upward from where a command runs. */
export const PROJECT_FILE = "millrace.config.json";

const PROJECT_KEYS = ["datastore", "batchQueue", "batchJobRole", "batchExecutionRole", "image"] as const;

export type ProjectKey = (typeof PROJECT_KEYS)[number];

export const INCLUDE = "include";

/** What a project's file says. */
export interface ProjectSettings {
  /** Absolute. */
  readonly file: string;
  /** Those that Millrace knows. */
  readonly settings: Readonly<Partial<Record<ProjectKey, string>>>;
  /** All that the file holds, in its order. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** @throws MillraceError `MILLRACE_SETTINGS` for a file that says something else than settings */
export function readProjectFile(file: string): ProjectSettings {
  const content = jsonObject(file);
  const findings = Object.entries(content).flatMap(([key, value]) => findingAbout(key, value));
  if (findings.length > 0)
    throw badProjectFile(file, {
      because: findings.length === 1 ? "one of them is wrong" : `${findings.length} of them are wrong`,
      details: findings,
    });
  const known = PROJECT_KEYS.flatMap((key) => (Object.hasOwn(content, key) ? [[key, content[key]]] : []));
  return { file, settings: Object.fromEntries(known) as ProjectSettings["settings"], content };
}

/** Others may keep settings of their own there; what only looks like one of ours is a mistake. */
function findingAbout(key: string, value: unknown): string[] {
  if (key === INCLUDE) return findingAboutInclude(value);
  if ((PROJECT_KEYS as readonly string[]).includes(key)) {
    if (typeof value === "string" && value.trim() !== "") return [];
    return [`${key}: ${JSON.stringify(value)}; wanted: a text that is not empty`];
  }
  const meant = nearest(key, [...PROJECT_KEYS, INCLUDE]);
  return meant === null ? [] : [`${key}: no setting has that name; did you mean ${meant}?`];
}

function findingAboutInclude(value: unknown): string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === "string" && one.trim() !== "")) return [];
  return [`${INCLUDE}: ${JSON.stringify(value)}; wanted: patterns of files, as in ["data/**/*.csv"]`];
}

function jsonObject(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    // Some editors begin a file with a byte order mark.
    value = JSON.parse(fs.readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw badProjectFile(file, { because: "the file cannot be read as JSON", details: [String(cause)] });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw badProjectFile(file, { because: "the file holds no object", details: [`seen: ${JSON.stringify(value)}`] });
}

function badProjectFile(file: string, { because, details }: { because: string; details: string[] }): MillraceError {
  return new MillraceError({
    code: "MILLRACE_SETTINGS",
    headline: `Cannot take settings from ${file} because ${because}`,
    details,
    hint: `mend the file; it may say ${PROJECT_KEYS.join(", ")}, as in {"datastore": "s3://bucket/prefix"}`,
  });
}
