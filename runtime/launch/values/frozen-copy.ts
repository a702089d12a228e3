/**
 * Plain arrays and objects as copies that cannot be changed, as a worker has them; anything else as it is. Copies, as a
 * default may be an object of the user's module.
 */
export function frozenCopy(value: unknown, copies = new Map<object, object>()): unknown {
  if (typeof value !== "object" || value === null) return value;
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  const copy: object = Array.isArray(value) ? new Array<unknown>(value.length) : (Object.create(prototype) as object);
  copies.set(value, copy);
  // An assignment would take `__proto__` for something else.
  for (const [key, part] of Object.entries(value))
    Object.defineProperty(copy, key, {
      configurable: true,
      enumerable: true,
      writable: true,
      value: frozenCopy(part, copies),
    });
  return Object.freeze(copy);
}
