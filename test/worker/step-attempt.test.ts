import { expect, test } from "vitest";
import { takesArgument } from "../../runtime/worker/step-attempt.ts";

test("a step takes an argument if it names one, with a default or without", () => {
  const steps = {
    none() {},
    spaced(/* nothing */) {},
    one(inputs: unknown) {
      return inputs;
    },
    defaulted(item = 1) {
      return item;
    },
    rest(...all: unknown[]) {
      return all;
    },
    taken({ a }: { a?: number } = {}) {
      return a;
    },
  };
  const taking = Object.entries(steps).filter(([, step]) => takesArgument(step as (...args: never[]) => unknown));
  expect(taking.map(([name]) => name)).toEqual(["one", "defaulted", "rest", "taken"]);
});
