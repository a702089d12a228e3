import { expect } from "vitest";
import { hasEmptyForeach } from "../shapes/shape.ts";
import { type Spec, wanted } from "./spec.ts";

const NAMES = ["bag", "block"];

export const carried: Spec = {
  truth: "artifacts are carried to the end, byte for byte",
  fits: (shape) => !hasEmptyForeach(shape),
  adds: {
    fields: ["bag!: Map<string, unknown>;", "block!: Float64Array;", "bagSize!: number;"],
    step: ({ step: { name, isJoin } }) => ({
      lines: [
        ...(name === "start"
          ? [
              // A loop may come back to the start.
              'this.bag ??= new Map<string, unknown>([["deep", { list: [1n, new Date(5)] }]]);',
              "this.block ??= Float64Array.from({ length: 1000 }, (_, at) => at / 3);",
            ]
          : []),
        ...(isJoin ? [`this.mergeArtifacts(inputs, { include: ${JSON.stringify(NAMES)} });`] : []),
        // Reading changes nothing.
        "this.bagSize = this.bag.size + this.block.length;",
      ],
    }),
  },
  async check(seen, expected) {
    const artifacts = await seen.artifacts();
    const first = artifacts.get("start@0");
    const hashes = NAMES.map((name) => first?.[name]?.hash);
    expect(hashes).toEqual([expect.stringMatching(/^\w{64}$/), expect.stringMatching(/^\w{64}$/)]);
    const found = [...artifacts].map(([id, table]) => [
      id,
      [...NAMES.map((name) => table[name]?.hash), table["bagSize"]?.value],
    ]);
    expect(Object.fromEntries(found)).toEqual(wanted(expected, () => [...hashes, 1001]));
  },
};
