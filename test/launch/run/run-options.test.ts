import { expect, test } from "vitest";
import { resolveRunOptions } from "../../../runtime/launch/run/run-options.ts";

test("what nobody says is as the command line has it", () => {
  expect(resolveRunOptions({ durable: false })).toEqual({
    maxWorkers: null,
    maxSplits: 100_000,
    onFailure: "stop",
    isolation: "module",
    isDurable: false,
  });
});

test("what is said counts, and undefined says nothing", () => {
  const said = { maxWorkers: 3, maxSplits: 7, onFailure: "finish", isolation: "process", durable: true } as const;
  const { durable: isDurable, ...same } = said;
  expect(resolveRunOptions(said)).toEqual({ ...same, isDurable });
  expect(resolveRunOptions({ isolation: undefined, durable: false }).isolation).toBe("module");
});
