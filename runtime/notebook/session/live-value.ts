import { types } from "node:util";
import { appendAll } from "../../../sdk/base/append-all.ts";

/** The value of `a.b.c` as it is now; null if there is none, or if code of the user's would run to find out. */
export function liveValue(names: readonly string[]): { readonly value: unknown } | null {
  let found: { readonly value: unknown } = { value: globalThis };
  for (const [index, name] of names.entries()) {
    const next = step(found.value, index === 0 && !(name in globalThis) ? `__own_${name}` : name);
    if (next === null) return null;
    found = next;
  }
  return found;
}

/** The names of a value's members, its own first. */
export function propertyNames(value: unknown): string[] {
  const names: string[] = [];
  for (
    let at = boxed(value);
    at !== null;
    at = types.isProxy(at) ? null : (Object.getPrototypeOf(at) as object | null)
  ) {
    if (at === Object.prototype && value !== Object.prototype) break;
    appendAll(names, Object.getOwnPropertyNames(at));
  }
  return names;
}

function step(value: unknown, name: string): { readonly value: unknown } | null {
  for (let at = boxed(value); at !== null; at = Object.getPrototypeOf(at) as object | null) {
    if (types.isProxy(at)) return null;
    const property = Object.getOwnPropertyDescriptor(at, name);
    if (property !== undefined) return readable(value, property);
  }
  return null;
}

function readable(owner: unknown, property: PropertyDescriptor): { readonly value: unknown } | null {
  if (property.get === undefined) return { value: property.value as unknown };
  return PLATFORM_GETTERS.has(property.get) ? { value: property.get.call(owner) as unknown } : null;
}

/** Those of globals such as `process`, which do no more than to give them. */
const PLATFORM_GETTERS = new Set(
  Object.values(Object.getOwnPropertyDescriptors(globalThis)).flatMap(({ get }) => get ?? []),
);

function boxed(value: unknown): object | null {
  return value === null || value === undefined ? null : (Object(value) as object);
}
