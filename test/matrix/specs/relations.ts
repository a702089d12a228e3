import { expect } from "vitest";
import { valuesOf } from "../observe/observer.ts";
import type { ExpectedSource } from "../interpret.ts";
import { type Spec, wanted } from "./spec.ts";

export const relations: Spec = {
  truth: "parents and children are recorded as they were while the flow ran",
  adds: {
    imports: ["current"],
    fields: ['me = "";', "parents: string[] = [];"],
    step: ({ step: { isJoin } }) => ({
      lines: [
        `this.parents = ${isJoin ? "inputs.map((input) => input.me)" : 'this.me === "" ? [] : [this.me]'};`,
        "this.me = `${current.stepName}/${current.taskId}`;",
      ],
    }),
  },
  async check(seen, expected) {
    const tasks = await seen.tasks();
    const numbers = new Map(tasks.map(({ id, task }) => [id, task]));
    const numberOf = (id: string) => numbers.get(id);
    expect(tasks.map(({ id }) => id).sort()).toEqual(expected.tasks.map(({ id }) => id).sort());
    expect(tasks.map(({ task }) => task)).toEqual(tasks.map((_, at) => at + 1));
    const sources = Object.fromEntries(tasks.map(({ id, source, next }) => [id, { source, next }]));
    expect(sources).toEqual(wanted(expected, ({ source, next }) => ({ source: numbered(source, numberOf), next })));
    // What the tasks saw of each other, against what the journal says.
    const names = (ids: readonly string[]) => ids.map((id) => `${id.split("@")[0] ?? ""}/${numberOf(id) ?? ""}`);
    expect(await valuesOf(seen, "parents")).toEqual(wanted(expected, ({ parents }) => names(parents)));
  },
};

function numbered(source: ExpectedSource, numberOf: (id: string) => number | undefined): object {
  switch (source.kind) {
    case "start":
      return source;
    case "next":
      return { ...source, after: numberOf(source.after) };
    default:
      return { ...source, split: numberOf(source.split) };
  }
}
