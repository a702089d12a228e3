import { expect } from "vitest";
import type { ExpectedTask } from "../interpret.ts";
import { valuesOf } from "../observe/observer.ts";
import { isSplit } from "../shapes/shape.ts";
import { type Expected, type Spec, wanted } from "./spec.ts";

export const joinOrder: Spec = {
  truth: "a join gets its inputs in split order, and by name where a step's name is one input's alone",
  fits: ({ steps }) => steps.some(({ way }) => isSplit(way)),
  adds: {
    imports: ["current"],
    fields: ['mark = "";', "order: string[] = [];", "keyed: Record<string, string> = {};"],
    step: ({ step: { name, isJoin }, shape }) => ({
      lines: [
        ...(isJoin
          ? [
              "this.order = inputs.map((input) => input.mark);",
              "const named = inputs as unknown as Record<string, { mark: string } | undefined>;",
              `const present = ${JSON.stringify(shape.steps.map((step) => step.name))}.filter((one) => one in inputs);`,
              'this.keyed = Object.fromEntries(present.map((one) => [one, named[one]?.mark ?? ""]));',
            ]
          : []),
        `this.mark = ["${name}", ...this.foreachStack().map((frame) => frame.index)].join("-");`,
      ],
    }),
  },
  async check(seen, expected) {
    const joins = expected.tasks.filter(({ source }) => source.kind === "join");
    const [order, keyed] = [await valuesOf(seen, "order"), await valuesOf(seen, "keyed")];
    for (const join of joins) {
      const inputs = inputsOf(join, expected);
      expect(order[join.id], join.id).toEqual(inputs.map(markOf));
      const alone = inputs.filter(({ step }) => inputs.filter((other) => other.step === step).length === 1);
      expect(keyed[join.id], join.id).toEqual(Object.fromEntries(alone.map((input) => [input.step, markOf(input)])));
    }
    expect(await valuesOf(seen, "mark")).toEqual(wanted(expected, markOf));
  },
};

function inputsOf({ parents }: ExpectedTask, { byId }: Expected): ExpectedTask[] {
  return parents.flatMap((id) => byId.get(id) ?? []);
}

function markOf({ step, stack }: ExpectedTask): string {
  return [step, ...stack.map(({ index }) => index)].join("-");
}
