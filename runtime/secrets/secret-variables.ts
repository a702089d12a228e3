import type { SecretChoice } from "../../sdk/decorators/secret-source.ts";
import { isRecord } from "../../sdk/base/is-record.ts";
import { SecretFault } from "./secret-provider.ts";
import type { SecretVariables } from "./run-secrets.ts";

/**
 * The variables that a secret gives: one for each key of a JSON object, else one with the whole text.
 * @param secret - its text, or its keys where the place that keeps it knows some
 */
export function secretVariables(
  secret: string | SecretVariables,
  { key, as, name }: SecretChoice & { readonly name: string },
): SecretVariables {
  const object = typeof secret === "string" ? parsedObject(secret) : secret;
  if (key !== undefined) {
    if (object === null || !Object.hasOwn(object, key) || object[key] === null) throw lacking(name, key, object);
    return { [as ?? variableOf(key)]: textOf(object[key]) };
  }
  const text = typeof secret === "string" ? secret : null;
  if (as !== undefined && text !== null) return { [as]: text };
  if (object === null) return { [variableOf(lastPartOf(name)).toUpperCase()]: text ?? "" };
  if (as !== undefined) throw severalFor(name, as);
  const entries = Object.entries(object).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.map(([one, value]) => [variableOf(one), textOf(value)]));
}

function parsedObject(text: string): Readonly<Record<string, unknown>> | null {
  if (!text.trimStart().startsWith("{")) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What no shell takes as part of a name becomes `_`. */
function variableOf(name: string): string {
  const plain = name.replace(/\W/g, "_");
  return /^\d/.test(plain) ? `_${plain}` : plain;
}

function lastPartOf(name: string): string {
  return name.split("/").findLast((part) => part !== "") ?? name;
}

function lacking(name: string, key: string, object: Readonly<Record<string, unknown>> | null): SecretFault {
  if (object === null)
    return new SecretFault(`${name} is not a JSON object, and so has no ${key}`, { hint: "leave out key" });
  return new SecretFault(`${name} has no value for ${key}`, {
    details: [`its keys: ${Object.keys(object).join(", ")}`],
    hint: "name another key",
  });
}

function severalFor(name: string, as: string): SecretFault {
  return new SecretFault(`${name} has several keys, and ${as} would be the name of one`, {
    hint: "name a key beside it",
  });
}
