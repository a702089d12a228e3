import { expect } from "vitest";
import { valuesOf } from "../observe/observer.ts";
import { type Spec, wanted } from "./spec.ts";

export const TAGS = ["night", "team:blue"];

export const tags: Spec = {
  truth: "the run's tags are shown and known to every task",
  adds: {
    imports: ["current"],
    fields: ["tagsSeen: readonly string[] = [];"],
    step: () => ({ lines: ["this.tagsSeen = [...current.tags];"] }),
  },
  async check(seen, expected) {
    expect((await seen.header()).tags).toEqual(TAGS);
    expect(await valuesOf(seen, "tagsSeen")).toEqual(wanted(expected, () => TAGS));
  },
};
