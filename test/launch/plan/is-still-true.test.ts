import { expect, test } from "vitest";
import type { TakenTransition } from "../../../runtime/datastore/records.ts";
import type { Transition } from "../../../runtime/graph/flow-graph.ts";
import { isStillTrue } from "../../../runtime/launch/plan/is-still-true.ts";

const items = { itemsPerBlob: 1, blobs: [] };

const cases: readonly (readonly [string, TakenTransition, Transition, boolean])[] = [
  ["the end", { kind: "end" }, { kind: "end" }, true],
  ["the end that is none any more", { kind: "end" }, { kind: "linear", target: "b" }, false],
  ["the same step", { kind: "linear", target: "b" }, { kind: "linear", target: "b" }, true],
  ["another step", { kind: "linear", target: "b" }, { kind: "linear", target: "c" }, false],
  ["branches", { kind: "branch", targets: ["b", "c"] }, { kind: "branch", targets: ["b", "c"] }, true],
  [
    "branches in another order",
    { kind: "branch", targets: ["b", "c"] },
    { kind: "branch", targets: ["c", "b"] },
    false,
  ],
  ["fewer branches", { kind: "branch", targets: ["b", "c"] }, { kind: "branch", targets: ["b"] }, false],
  [
    "a case that goes to a step of the switch",
    { kind: "switch", case: "old", target: "b" },
    { kind: "switch", artifact: "kind", cases: { fresh: "b", other: "c" } },
    true,
  ],
  [
    "a case whose step is gone",
    { kind: "switch", case: "old", target: "d" },
    { kind: "switch", artifact: "kind", cases: { old: "b" } },
    false,
  ],
  [
    "a foreach over another artifact",
    { kind: "foreach", target: "b", size: 2, items },
    { kind: "foreach", target: "b", artifact: "others" },
    true,
  ],
  [
    "a gang in place of a foreach",
    { kind: "foreach", target: "b", size: 2, items },
    { kind: "gang", target: "b", size: 2 },
    false,
  ],
  ["a gang of another size", { kind: "gang", target: "b", size: 2 }, { kind: "gang", target: "b", size: 4 }, true],
];

test.each(cases)("%s", (_, taken, transition, isTrue) => {
  expect(isStillTrue(taken, transition)).toBe(isTrue);
});
