import type { EntitySpec, KeyType } from "../../runtime/catalog/features/view-spec.ts";
import { refuseUnknown } from "../client/client-options.ts";
import { checkName, featureProblem } from "./feature-problem.ts";

/** What features are about: a customer, a product in a shop. */
export interface Entity<Keys extends EntityKeys = EntityKeys> {
  /** Its name. */
  readonly name: string;
  /** The columns that tell one from another, with their types. */
  readonly keys: Keys;
  /** @internal */
  readonly spec: EntitySpec;
}

/** Keys by name. */
export type EntityKeys = Readonly<Record<string, KeyType>>;

/** An object with the keys of an entity; one without a key is known by none. */
export type KeyOf<Keys extends EntityKeys> = { readonly [Name in keyof Keys]: KeyTypes[Keys[Name]] | null | undefined };

interface KeyTypes {
  readonly string: string;
  readonly number: number;
  readonly bigint: bigint;
  readonly boolean: boolean;
}

/**
 * Declares what features are about.
 *
 * @param name - a letter or `_`, then letters, digits and `_`
 *
 * @example
 * ```ts
 * import { entity } from "millrace/features";
 *
 * const customer = entity("customer", { keys: { customerId: "string" } });
 * ```
 */
export function entity<const Keys extends EntityKeys>(name: string, options: { readonly keys: Keys }): Entity<Keys> {
  checkName("entity", name);
  refuseUnknown(options, ["keys"]);
  const keys = Object.entries(options.keys ?? {});
  if (keys.length === 0)
    throw featureProblem(`the entity ${name} needs a key`, 'for example { keys: { customerId: "string" } }');
  for (const [key, type] of keys)
    if (!TYPES.includes(type))
      throw featureProblem(`the key ${key} of ${name} cannot be a ${type}`, `wanted: ${TYPES.join(", ")}`);
  return { name, keys: options.keys, spec: { name, keys: new Map(keys) } };
}

const TYPES: readonly KeyType[] = ["string", "number", "bigint", "boolean"];
