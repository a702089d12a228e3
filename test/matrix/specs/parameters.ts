import { expect } from "vitest";
import { valuesOf } from "../observe/observer.ts";
import { type Spec, wanted } from "./spec.ts";

export const parameters: Spec = {
  truth: "parameters reach every task and every input of a join, and cannot be assigned",
  adds: {
    imports: ["parameter"],
    fields: [
      '@parameter({ help: "a number" }) factor = 2;',
      "product = 0;",
      "factors: number[] = [];",
      'refusal = "";',
    ],
    step: ({ step: { isJoin } }) => ({
      lines: [
        "this.product = this.factor * 3;",
        `this.factors = ${isJoin ? "inputs.map((input) => input.factor)" : "[]"};`,
        'try { (this as { factor: number }).factor = 1; this.refusal = "none"; } catch (error) { this.refusal = (error as Error).message; }',
      ],
    }),
  },
  async check(seen, expected) {
    expect((await seen.header()).parameters).toEqual({ factor: 7 });
    expect(await valuesOf(seen, "product")).toEqual(wanted(expected, () => 21));
    expect(await valuesOf(seen, "factor")).toEqual(wanted(expected, () => undefined));
    expect(await valuesOf(seen, "factors")).toEqual(
      wanted(expected, ({ source, parents }) => (source.kind === "join" ? parents.map(() => 7) : [])),
    );
    const refusals = Object.values(await valuesOf(seen, "refusal"));
    expect(refusals.filter((text) => !String(text).includes("read-only"))).toEqual([]);
  },
};
