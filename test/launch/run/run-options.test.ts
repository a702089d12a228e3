import { expect, test } from "vitest";
import { resolveRunOptions } from "../../../runtime/launch/run/run-options.ts";
import { readSettings } from "../../../runtime/settings/read-settings.ts";

const NOTHING = readSettings({}, "/");

test("what nobody says is as the command line has it", () => {
  expect(resolveRunOptions({ durable: false }, NOTHING)).toEqual({
    maxWorkers: null,
    maxCpu: null,
    maxMemoryMb: null,
    admit: "asked",
    maxSplits: 100_000,
    onFailure: "stop",
    isolation: "module",
    isDurable: false,
    graceMs: 6_000,
  });
});

test("what is said counts, and undefined says nothing", () => {
  const limits = { maxWorkers: 3, maxCpu: 1.5, maxMemory: 2000, maxSplits: 7 } as const;
  const said = { ...limits, admit: "usage", onFailure: "finish", isolation: "process", durable: true } as const;
  const { durable: isDurable, maxMemory: maxMemoryMb, ...same } = said;
  expect(resolveRunOptions(said, NOTHING)).toEqual({ ...same, maxMemoryMb, isDurable, graceMs: 6_000 });
  expect(resolveRunOptions({ isolation: undefined, durable: false }, NOTHING).isolation).toBe("module");
});

test("MILLRACE_DURABLE says what the user does not", () => {
  const durable = readSettings({ MILLRACE_DURABLE: "1" }, "/");
  expect(resolveRunOptions({}, durable).isDurable).toBe(true);
  expect(resolveRunOptions({ durable: false }, durable).isDurable).toBe(false);
  expect(resolveRunOptions({}, NOTHING).isDurable).toBe(false);
});
