import fs from "node:fs";
import { MillraceError } from "../../sdk/base/millrace-error.ts";
import { nearest } from "../../sdk/base/nearest.ts";
import { isRecord } from "../../sdk/base/is-record.ts";
import { MODELS, modelsFindings } from "./alias-rules.ts";
import { PRICES, pricesFindings } from "./prices.ts";
import { QUEUES, queuesFindings } from "./queues.ts";

/** A project's settings, found upward from where a command runs. */
export const PROJECT_FILE = "millrace.config.json";

export const INCLUDE = "include";

/** What a project's file says. */
export interface ProjectSettings {
  /** Absolute. */
  readonly file: string;
  /** Those that Millrace knows. */
  readonly settings: Readonly<Partial<Record<string, string>>>;
  /** All that the file holds, in its order. */
  readonly content: Readonly<Record<string, unknown>>;
}

/**
 * @param engineKeys - settings of engines, by the names that they have in the file
 * @throws MillraceError `MILLRACE_SETTINGS` for a file that says something else than settings
 */
export function readProjectFile(file: string, engineKeys: readonly string[] = []): ProjectSettings {
  const keys = textKeys(engineKeys);
  const content = jsonObject(file, keys);
  const findings = Object.entries(content).flatMap(([key, value]) => findingAbout(key, { value, keys }));
  if (findings.length > 0)
    throw badProjectFile(file, {
      because: findings.length === 1 ? "one of them is wrong" : `${findings.length} of them are wrong`,
      details: findings,
      keys,
    });
  const known = keys.flatMap((key) => (Object.hasOwn(content, key) ? [[key, content[key]]] : []));
  return { file, settings: Object.fromEntries(known) as ProjectSettings["settings"], content };
}

/** All keys of texts; those in between are the engines' own. */
function textKeys(engineKeys: readonly string[]): readonly string[] {
  return ["datastore", ...engineKeys, "image", "grace", "gpuUsage"];
}

/** Others may keep settings of their own there; what only looks like one of ours is a mistake. */
function findingAbout(key: string, { value, keys }: { value: unknown; keys: readonly string[] }): string[] {
  if (key === INCLUDE) return findingAboutInclude(value);
  if (key === PRICES) return findingsAboutPrices(value);
  if (key === MODELS) return modelsFindings(value);
  if (key === QUEUES) return queuesFindings(value);
  if (keys.includes(key)) {
    if (typeof value === "string" && value.trim() !== "") return [];
    return [`${key}: ${JSON.stringify(value)}; wanted: a string that is not empty`];
  }
  const meant = nearest(key, [...keys, INCLUDE, PRICES, MODELS, QUEUES]);
  return meant === null ? [] : [`${key}: no setting has that name; did you mean ${meant}?`];
}

function findingAboutInclude(value: unknown): string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === "string" && one.trim() !== "")) return [];
  return [`${INCLUDE}: ${JSON.stringify(value)}; wanted: patterns of files, as in ["data/**/*.csv"]`];
}

/** Prices, or the name of a file that holds them, which is read when they are needed. */
function findingsAboutPrices(value: unknown): string[] {
  return typeof value === "string" && value.trim() !== "" ? [] : pricesFindings(value);
}

function jsonObject(file: string, keys: readonly string[]): Record<string, unknown> {
  let value: unknown;
  try {
    // Some editors begin a file with a byte order mark.
    value = JSON.parse(fs.readFileSync(file, "utf8").replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw badProjectFile(file, { because: "the file cannot be read as JSON", details: [String(cause)], keys });
  }
  if (isRecord(value)) return value;
  throw badProjectFile(file, {
    because: "the file does not hold an object",
    details: [`seen: ${JSON.stringify(value)}`],
    keys,
  });
}

function badProjectFile(
  file: string,
  { because, details, keys }: { because: string; details: string[]; keys: readonly string[] },
): MillraceError {
  return new MillraceError({
    code: "MILLRACE_SETTINGS",
    headline: `Cannot take settings from ${file} because ${because}`,
    details,
    hint: `fix the file; its settings are ${keys.join(", ")}, as in {"datastore": "s3://bucket/prefix"}`,
  });
}
