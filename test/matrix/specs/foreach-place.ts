import { expect } from "vitest";
import { valuesOf } from "../observe/observer.ts";
import { hasWay } from "../shapes/shape.ts";
import { type Spec, wanted } from "./spec.ts";

export const foreachPlace: Spec = {
  truth: "input, index and foreachStack() name the place in every foreach around",
  fits: (shape) => hasWay(shape, "foreach"),
  adds: {
    fields: ["place!: unknown;", "received!: unknown;"],
    step: ({ step: { name }, shape }) => ({
      lines: [
        "this.place = {",
        "  index: this.index ?? null,",
        "  input: this.index === undefined ? null : this.input,",
        "  stack: this.foreachStack(),",
        "};",
        ...(isFirstInForeach(shape, name) ? ["this.received = item;"] : ["this.received = null;"]),
      ],
    }),
  },
  async check(seen, expected) {
    // An item that is a short text is its own label.
    const place = ({ stack }: { stack: readonly { index: number; input: string }[] }) => ({
      index: stack.at(-1)?.index ?? null,
      input: stack.at(-1)?.input ?? null,
      stack: stack.map((frame) => ({ ...frame, label: frame.input })),
    });
    expect(await valuesOf(seen, "place")).toEqual(wanted(expected, place));
    expect(await valuesOf(seen, "received")).toEqual(
      wanted(expected, (task) => (isFirstInForeach(expected.shape, task.step) ? task.stack.at(-1)?.input : null)),
    );
    const indices = (await seen.tasks()).map(({ id, index }) => [id, index]);
    expect(Object.fromEntries(indices)).toEqual(wanted(expected, ({ index }) => index));
  },
};

function isFirstInForeach({ steps }: Parameters<NonNullable<Spec["fits"]>>[0], name: string): boolean {
  return steps.some(({ way }) => way.kind === "foreach" && way.to === name);
}
