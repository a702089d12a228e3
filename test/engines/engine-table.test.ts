import { expect, test } from "vitest";
import { definitionOf } from "../../sdk/decorators/definition-of.ts";
import { ENGINES, engineNamed } from "../../runtime/engines/index.ts";
import type { FlowGraph } from "../../runtime/graph/flow-graph.ts";
import { chosenEngines } from "../../runtime/launch/engines/chosen-engines.ts";
import { childProcessEngine } from "./child-processes/child-process-engine.ts";
import { ENGINES_AND_ONE_MORE } from "./child-processes/index.ts";

test("each engine has a name of its own, and a decorator of that name asks for it", () => {
  const names = ENGINES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(definitionOf(name).settings({}).engine?.name).toBe(name);
});

test("a row is all that it takes to have steps run on an engine", () => {
  const engine = { name: childProcessEngine.name, options: {} };
  const graph = {
    steps: [
      { name: "start", settings: {} },
      { name: "train", settings: { engine } },
    ],
  } as unknown as FlowGraph;
  const remote = { added: [], isRemote: true };
  expect(chosenEngines(graph, remote, ENGINES_AND_ONE_MORE)).toEqual(new Map([["train", childProcessEngine]]));
  expect(chosenEngines(graph, { ...remote, isRemote: false }, ENGINES_AND_ONE_MORE)).toEqual(new Map());
  const added = [{ decorator: engine.name, options: {}, isAdded: true as const }];
  expect(chosenEngines(graph, { added, isRemote: false }, ENGINES_AND_ONE_MORE).get("train")).toBe(childProcessEngine);
  expect(chosenEngines(graph, remote)).toEqual(new Map());
  expect(engineNamed(engine.name)).toBeNull();
});
