import { expect, test } from "vitest";
import { card, FlowSpec, step } from "../../sdk/index.ts";
import type { AnyClass } from "../../sdk/base/metadata.ts";
import { resolveSettings } from "../../sdk/decorators/resolve-settings.ts";
import { findStep, usesOfStep } from "../../runtime/graph/step-methods.ts";

function cardsOf(Flow: AnyClass, added: readonly unknown[] = []) {
  const found = findStep(Flow, "start")!;
  const withs = added.map((options) => ({ decorator: "card", options, isAdded: true }) as const);
  const uses = [...usesOfStep(Flow, found), ...withs];
  return resolveSettings(uses, { configs: { title: "From a file" }, step: "start" }).cards;
}

test("cards of a step stand in the order in which they are written, then those of the class", () => {
  @card()
  @card({ id: "everywhere" })
  class TrainFlow extends FlowSpec {
    @card({ id: "first", title: "First" })
    @card((configs: { title: string }) => ({ id: "second", title: configs.title, type: "scores" }))
    @card({ id: "everywhere", title: "Of the step" })
    @step
    start() {}
  }
  expect(cardsOf(TrainFlow)).toEqual([
    { id: "first", title: "First", type: null },
    { id: "second", title: "From a file", type: "scores" },
    { id: "everywhere", title: "Of the step", type: null },
    { id: "default", title: null, type: null },
  ]);
});

test("--with card adds the default card where there is none, and another by its id", () => {
  class TrainFlow extends FlowSpec {
    @card({ id: "training" })
    @step
    start() {}
  }
  expect(cardsOf(TrainFlow, [{}])?.map(({ id }) => id)).toEqual(["training", "default"]);
  expect(cardsOf(TrainFlow, [{ id: "training", title: "added" }])).toEqual([
    { id: "training", title: null, type: null },
  ]);
});

test("two cards of one id in one place, and an id that no file can have, are refused", () => {
  class TwiceFlow extends FlowSpec {
    @card()
    @card({ title: "the same" })
    @step
    start() {}
  }
  expect(() => cardsOf(TwiceFlow)).toThrow("Cannot use @card twice on step start");
  for (const id of ["", "../up", "a b", ".", "x".repeat(65)]) {
    class OddFlow extends FlowSpec {
      @card({ id })
      @step
      start() {}
    }
    expect(() => cardsOf(OddFlow), id).toThrow("id must be a name of letters, digits, - and _");
  }
});
