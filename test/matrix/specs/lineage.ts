import { expect } from "vitest";
import { valuesOf } from "../observe/observer.ts";
import { type Spec, wanted } from "./spec.ts";

export const lineage: Spec = {
  truth: "every task has its predecessors' trail",
  adds: {
    fields: ["trail: string[] = [];"],
    step: ({ step: { name, isJoin } }) => ({
      lines: [
        isJoin
          ? `this.trail = [...inputs.flatMap((input) => input.trail), "${name}"];`
          : `this.trail = [...this.trail, "${name}"];`,
      ],
    }),
  },
  async check(seen, expected) {
    expect(await valuesOf(seen, "trail")).toEqual(wanted(expected, ({ trail }) => trail));
  },
};
