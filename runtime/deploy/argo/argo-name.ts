import { createHash } from "node:crypto";
import type { Datastore } from "../../datastore/datastore.ts";

/** A CronWorkflow's name may have 52 characters, and gets a number; the pods of a workflow are named after all of it. */
const MAX_NAME = 40;
const HASH_DIGITS = 8;
/** What means something else in the expressions that name tasks. */
const RESERVED = new Set([
  ...["and", "or", "not", "in", "matches", "contains", "startsWith", "endsWith", "let", "if", "else"],
  ...["nil", "null", "true", "false", "undefined"],
]);

/**
 * The name of the objects of a deployment or a queue in the cluster. It ends in a digest of its own name and of the
 * datastore: `a.b` and `a-b`, and deployments of one name in two datastores, never share an object.
 */
export function argoName(of: string, { storage }: Datastore): string {
  const slug = kebab(of).slice(0, MAX_NAME).replaceAll(/-+$/g, "");
  return `${slug || "flow"}-${digestOf(`${storage.location}\n${of}`)}`;
}

/** A name that can stand in the conditions of a Sensor: the event's own where that can, else one like it. */
export function dependencyName(event: string): string {
  if (/^[A-Za-z][A-Za-z0-9_-]*$/.test(event)) return event;
  return `event-${event.replaceAll(/[^A-Za-z0-9_-]/g, "-")}-${digestOf(event)}`;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, HASH_DIGITS);
}

/** Names that differ from each other, each as near as can be to what was wanted. */
export class DistinctNames {
  readonly #taken = new Set<string>();

  add(wanted: string): string {
    for (let number = 1; ; number += 1) {
      const name = number === 1 ? wanted : `${wanted}-${number}`;
      if (this.#taken.has(name)) continue;
      this.#taken.add(name);
      return name;
    }
  }
}

/** Of a template: pods are named after it, so it has no capital letters. */
export function templateName(step: string): string {
  return kebab(step) || "step";
}

/** Of a task, which is what Argo's page shows: letters, digits and dashes. */
export function taskName(step: string): string {
  const name = step.replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "");
  return RESERVED.has(name) || /^\d*$/.test(name) ? `step-${name}`.replace(/-$/, "") : name;
}

/** `fitAll` is `fit-all`, starts with a letter and ends with a letter or digit. */
function kebab(text: string): string {
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[^a-z]+|-+$/g, "");
}
