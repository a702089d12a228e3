import type { Storage } from "../../../runtime/datastore/storage.ts";

const WRITES: readonly string[] = ["write", "create", "deposit", "remove"];

/** Fails from the n-th write on, as if the process had been killed there. */
export function dying(storage: Storage, writes: number): Storage {
  let left = writes;
  return new Proxy(storage, {
    get(target, property: keyof Storage) {
      const found = target[property];
      if (typeof found !== "function") return found;
      return (...given: never[]) => {
        if (WRITES.includes(property) && left-- <= 0) throw new Error("killed");
        return (found as (...args: never[]) => unknown).apply(target, given);
      };
    },
  });
}
