import type { Storage } from "../../runtime/datastore/storage.ts";

/** The same storage, and how often each of its methods was called. */
export function counted(storage: Storage): { readonly storage: Storage; readonly calls: Record<string, number> } {
  const calls: Record<string, number> = {};
  const counting = new Proxy(storage, {
    get(target, name: string) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        calls[name] = (calls[name] ?? 0) + 1;
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
  return { storage: counting, calls };
}
