import { isModelAlias, isModelName } from "../../sdk/base/is-model-name.ts";
import { isRecord } from "../../sdk/base/is-record.ts";
import { nearest } from "../../sdk/base/nearest.ts";
import { parseRequirement, type Requirement, REQUIREMENT_FORM } from "./parse-requirement.ts";

/** Key of what holds for models in `millrace.config.json`. */
export const MODELS = "models";

/** What protects an alias. */
export interface AliasRule {
  /** Only these may move it; undefined for everybody. */
  readonly users?: readonly string[] | undefined;
  /** What a version has to fulfil that is promoted to it. */
  readonly require?: Requirement | undefined;
}

/** By alias, of all models or of one: `production`, `churn@production`. */
export type AliasRules = Readonly<Record<string, AliasRule>>;

const RULE_KEYS = ["users", "require"];

/** What is wrong with what a file says of models, each with what is wanted. */
export function modelsFindings(value: unknown): string[] {
  if (!isRecord(value)) return [`${MODELS}: ${seenText(value)}; wanted: an object, as in {"protected": {}}`];
  const others = Object.keys(value).filter((key) => key !== "protected");
  const { protected: rules = {} } = value;
  return [
    ...others.map((key) => `${MODELS}.${key}: no setting has that name; there is protected`),
    ...(isRecord(rules)
      ? Object.entries(rules).flatMap(([name, rule]) => ruleFindings(name, rule))
      : [`${MODELS}.protected: ${seenText(rules)}; wanted: rules by alias, as in {"production": {"users": ["ada"]}}`]),
  ];
}

/** @param value - without {@link modelsFindings} */
export function aliasRulesIn(value: unknown): AliasRules {
  const { protected: rules = {} } = (value ?? {}) as {
    protected?: Record<string, { users?: string[]; require?: string }>;
  };
  const read = Object.entries(rules).map(([name, { users, require }]): [string, AliasRule] => {
    const requirement = require === undefined ? null : parseRequirement(require);
    return [name, { users, require: requirement ?? undefined }];
  });
  return Object.fromEntries(read);
}

function ruleFindings(name: string, rule: unknown): string[] {
  const at = `${MODELS}.protected.${name}`;
  if (!isAliasOrReference(name)) return [`${at}: no alias is called so; wanted: production, or churn@production`];
  if (!isRecord(rule)) return [`${at}: ${seenText(rule)}; wanted: an object with users, require or both`];
  const unknown = Object.keys(rule).filter((key) => !RULE_KEYS.includes(key));
  const { users, require } = rule;
  return [
    ...unknown.map((key) => {
      const meant = nearest(key, RULE_KEYS);
      return `${at}.${key}: no rule has that name; ${meant === null ? "there are users and require" : `did you mean ${meant}?`}`;
    }),
    ...(users === undefined || areUsers(users)
      ? []
      : [`${at}.users: ${seenText(users)}; wanted: names, as in ["ada"]`]),
    ...(require === undefined || (typeof require === "string" && parseRequirement(require) !== null)
      ? []
      : [`${at}.require: ${seenText(require)}; wanted: ${REQUIREMENT_FORM}`]),
  ];
}

function areUsers(users: unknown): boolean {
  return Array.isArray(users) && users.length > 0 && users.every((one) => typeof one === "string" && one !== "");
}

function isAliasOrReference(name: string): boolean {
  const [first = "", second, ...more] = name.split("@");
  if (more.length > 0) return false;
  return second === undefined ? isModelAlias(first) : isModelName(first) && isModelAlias(second);
}

function seenText(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value);
}
