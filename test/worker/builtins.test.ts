import fs from "node:fs";
import { describe, expect, it } from "vitest";
import { watchBuiltins } from "../../runtime/worker/builtins/watch-builtins.ts";

type Table = Record<PropertyKey, unknown>;

/** From here on checks are quick. */
const MANY_CHECKS = 40;

const HURTS: Readonly<Record<string, () => void>> = {
  "a method of JSON is replaced": () => assign(JSON, "stringify", () => ""),
  "a method is removed that nothing inherits": () => Reflect.deleteProperty(Array.prototype, "push"),
  "a method becomes a getter that throws": () => define(Array.prototype, "push", { get: thrower }),
  "a method becomes a getter of something else": () => define(String.prototype, "split", { get: () => null }),
  "an iterator is replaced by its symbol": () => assign(Array.prototype, Symbol.iterator, () => null),
  "a getter of maps tells another size": () => define(Map.prototype, "size", { get: () => 7 }),
  "a getter of bytes is removed": () => Reflect.deleteProperty(ArrayBuffer.prototype, "byteLength"),
  "a call of fs is replaced": () => assign(fs, "writeSync", () => 0),
  "a global is replaced": () => assign(globalThis, "setImmediate", () => null),
  "a global getter is replaced": () => define(globalThis, "performance", { get: () => null }),
  "all objects get a name": () => assign(Object.prototype, "extra", 1),
  "all objects get a hidden name": () => define(Object.prototype, "hidden", { value: 1 }),
  "all arrays get a name": () => assign(Array.prototype, "extra", 1),
  "all arrays get a hidden toJSON": () => define(Array.prototype, "toJSON", { value: () => "" }),
  "all functions get a hidden then": () => define(Function.prototype, "then", { value: () => null }),
  "arrays inherit from a proxy": () => Reflect.setPrototypeOf(Array.prototype, new Proxy({}, {})),
};

describe.each([
  ["the first check", 0],
  ["a later, quick check", MANY_CHECKS],
])("%s of built-ins", (_, before) => {
  it.each(Object.entries(HURTS))("sees and undoes that %s", (_hurt, hurt) => {
    const watch = watchBuiltins();
    for (let checks = 0; checks < before; checks += 1) watch.restore();
    hurt();
    const seen = watch.restore();
    const after = watch.restore();
    expect(seen).toEqual({ isUntouched: false, lasting: null });
    expect(after).toEqual({ isUntouched: true, lasting: null });
  });
});

describe("a watch of built-ins", () => {
  it("finds them untouched however often it looks", () => {
    const watch = watchBuiltins();
    const seen = Array.from({ length: 3 * MANY_CHECKS }, () => watch.restore());
    expect(seen.every(({ isUntouched }) => isUntouched)).toBe(true);
  });

  it("makes changes of packages again, check after check", () => {
    const own = Math.hypot;
    const watch = watchBuiltins();
    assign(Math, "hypot", () => 42);
    watch.keep();
    const seen = Array.from({ length: MANY_CHECKS }, () => {
      const { isUntouched } = watch.restore();
      const isOwn = Math.hypot === own;
      watch.reapply();
      return isUntouched && isOwn && Math.hypot(3, 4) === 42;
    });
    watch.restore();
    expect(seen.every(Boolean)).toBe(true);
  });

  it("leaves changes of the flow's modules to their next evaluation", () => {
    const own = Math.hypot;
    const watch = watchBuiltins();
    const seen = Array.from({ length: MANY_CHECKS }, () => {
      const before = Math.hypot;
      assign(Math, "hypot", (...sides: number[]) => before(...sides) + 1);
      watch.accept();
      const result = Math.hypot(3, 4);
      const { isUntouched } = watch.restore();
      watch.reapply();
      return isUntouched && result === 6 && Math.hypot === own;
    });
    expect(seen.every(Boolean)).toBe(true);
  });

  it("keeps what a package changed that a step loaded, and nothing that the step did itself", () => {
    const { hypot, cbrt } = Math;
    const watch = watchBuiltins();
    assign(Math, "hypot", () => 1);
    const isLoaded = watch.loading();
    assign(Math, "cbrt", () => 2);
    isLoaded();
    expect(watch.restore()).toEqual({ isUntouched: false, lasting: null });
    watch.reapply();
    expect([Math.hypot === hypot, Math.cbrt(27)]).toEqual([true, 2]);
    expect(watch.restore()).toEqual({ isUntouched: true, lasting: null });
    expect(Math.cbrt).toBe(cbrt);
  });

  it("keeps it where a package wraps what another one has put there", () => {
    const watch = watchBuiltins();
    assign(Math, "hypot", () => 1);
    watch.keep();
    const before = Math.hypot;
    const isLoaded = watch.loading();
    assign(Math, "hypot", () => before() + 1);
    isLoaded();
    expect(watch.restore().isUntouched).toBe(true);
    watch.reapply();
    expect(Math.hypot()).toBe(2);
    watch.restore();
  });

  // The last one, as it cannot be undone.
  it("sees a prototype that was closed by a step, and lets be what modules had closed", () => {
    const closedByStep = watchBuiltins();
    const closedByModules = watchBuiltins();
    Object.preventExtensions(Date.prototype);
    closedByModules.accept();
    const afterwards = watchBuiltins();
    expect(closedByStep.restore().isUntouched).toBe(false);
    for (const watch of [closedByModules, afterwards]) {
      const seen = Array.from({ length: MANY_CHECKS }, () => watch.restore());
      expect(seen.every(({ isUntouched }) => isUntouched)).toBe(true);
    }
  });
});

function assign(holder: object, key: PropertyKey, value: unknown): void {
  (holder as Table)[key] = value;
}

function define(holder: object, key: PropertyKey, descriptor: PropertyDescriptor): void {
  Object.defineProperty(holder, key, { configurable: true, ...descriptor });
}

function thrower(): never {
  throw new Error("no such method");
}
