import { type Attacks, pause } from "./attack.ts";

/** How a step ends or does not, and what it throws. */
export const ENDS: Attacks = {
  "exits with 0": { act: () => process.exit(0), fails: /exited with code 0/ },
  "exits with 0 in a finally": {
    act: () => {
      try {
        throw new Error("lost");
      } finally {
        process.exit(0);
      }
    },
    fails: /exited with code 0/,
  },
  aborts: { act: () => process.abort(), fails: /ended by SIGABRT/ },
  "kills itself": { act: () => process.kill(process.pid, "SIGKILL"), fails: /ended by SIGKILL/ },
  "ends itself by SIGTERM": {
    act: async () => {
      process.kill(process.pid, "SIGTERM");
      await pause(8_000);
    },
    fails: /ended by SIGTERM/,
  },
  "loops for ever": {
    act: () => {
      for (;;);
    },
    fails: /longer than its limit/,
  },
  "loops for ever and ignores SIGTERM": {
    act: async () => {
      process.on("SIGTERM", () => undefined);
      await pause(60_000);
    },
    fails: /longer than its limit/,
  },
  "fills the queue of microtasks for ever": {
    act: async () => {
      for (;;) await Promise.resolve();
    },
    fails: /longer than its limit/,
  },
  "leaves a loop of microtasks behind": {
    act: () => {
      void (async () => {
        for (;;) await Promise.resolve();
      })();
    },
    fails: /longer than its limit/,
  },
  "leaves a loop of ticks behind": {
    act: () => {
      const again = () => process.nextTick(again);
      again();
    },
    fails: /longer than its limit/,
  },
  "leaves a loop of immediates behind": {
    act: () => {
      const again = () => setImmediate(again);
      again();
    },
  },
  "waits for nothing": { act: () => new Promise(() => undefined), fails: /never settle/ },
  "calls itself for ever": {
    act: () => {
      const deeper = (): number => deeper() + 1;
      deeper();
    },
    fails: /call stack/,
  },
  "throws null": {
    act: () => {
      throw null;
    },
    fails: /threw null/,
  },
  "throws a proxy that refuses all": {
    act: () => {
      const refuse = () => {
        throw new Error("no");
      };
      throw new Proxy({}, { get: refuse, has: refuse, getPrototypeOf: refuse, ownKeys: refuse });
    },
    fails: /./,
  },
  "throws a revoked proxy": {
    act: () => {
      const { proxy, revoke } = Proxy.revocable(new Error("gone"), {});
      revoke();
      throw proxy;
    },
    fails: /Revoked Proxy/,
  },
  "throws what exits when it is shown": {
    act: () => {
      throw { [Symbol.for("nodejs.util.inspect.custom")]: () => process.exit(0) };
    },
    fails: /which is not an Error/,
  },
  "throws what never ends when it is shown": {
    act: () => {
      throw {
        [Symbol.for("nodejs.util.inspect.custom")]() {
          for (;;);
        },
      };
    },
    fails: /which is not an Error/,
  },
  "throws an error whose message exits": {
    act: () => {
      throw Object.defineProperty(new Error("x"), "message", { get: () => process.exit(0) });
    },
    fails: /exited with code 0/,
  },
  "throws an error whose parts fail": {
    act: () => {
      const fail = { get: () => unknownName };
      throw Object.defineProperties(new Error("x"), {
        message: fail,
        stack: fail,
        name: fail,
        code: fail,
        cause: fail,
      });
    },
    fails: /^$|Error/,
  },
  "throws 50 MB of message": {
    act: () => {
      throw new Error("m".repeat(50 << 20));
    },
    fails: /^m{1000}/,
  },
  "rejects aside": {
    act: async () => {
      void Promise.reject(new Error("aside"));
      await pause();
    },
    fails: /aside/,
  },
  "throws in a timer": {
    act: async () => {
      setTimeout(() => {
        throw new Error("in a timer");
      }, 1);
      await pause();
    },
    fails: /in a timer/,
  },
  "freezes its flow": { act: (fields) => void Object.freeze(fields) },
  "has a field that cannot be read": {
    act: (fields) =>
      Object.defineProperty(fields, "unreadable", {
        enumerable: true,
        get() {
          throw new Error("unreadable");
        },
      }),
    fails: /unreadable/,
  },
  "has fields named like members of objects": {
    act: (fields) => Object.assign(fields, { constructor: 1, toString: 2, hasOwnProperty: 3, valueOf: 4, then: 5 }),
  },
};

declare const unknownName: unknown;
