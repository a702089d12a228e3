import { inspect } from "node:util";

/** What Node up to version 22 keeps in promises to know which code they belong to. */
const BOOKKEEPING = /,?\s*\[Symbol\((?:async_id_symbol|trigger_async_id_symbol|kResourceStore)\)\]: \d+/g;

/** Lets promises be shown as they are without us: telling cells apart leaves marks on each of them. */
export function quietPromises(): void {
  Object.defineProperty(Promise.prototype as object, inspect.custom, {
    value(this: Promise<unknown>, _depth: number, options: object) {
      const shown = inspect(this, { ...options, customInspect: false });
      return shown
        .replace(BOOKKEEPING, "")
        .replace(/\{\s+/, "{ ")
        .replace(/\s+\}$/, " }");
    },
    configurable: true,
    writable: true,
  });
}
