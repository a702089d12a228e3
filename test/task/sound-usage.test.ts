import { expect, test } from "vitest";
import { faultOfUsage } from "../../runtime/datastore/shapes/parts.ts";
import { soundUsage } from "../../runtime/task/sound-usage.ts";

test("figures that a journal refuses become whole and not negative, and what is no number is dropped", () => {
  const usage = {
    ...{ cpuMs: -30, systemMs: NaN, ranMs: 1_000.4, peakMemory: 10 ** 30, exhausted: (16_000 / 3) * 2 ** 20 },
    gpu: { count: 1, meanPercent: -1, peakMemory: 0.5 },
    isPartial: true as const,
  };
  expect(faultOfUsage(usage)).not.toBeNull();
  const sound = soundUsage(usage);
  expect(faultOfUsage(sound)).toBeNull();
  expect(sound).toEqual({
    ...{ cpuMs: 0, ranMs: 1_000, peakMemory: Number.MAX_SAFE_INTEGER, exhausted: 5_592_405_333 },
    gpu: { count: 1, meanPercent: 0, peakMemory: 1 },
    isPartial: true,
  });
});

test("sound figures stay as they are", () => {
  const usage = { cpuMs: 3, peakMemory: 4, lacks: ["system"] as const };
  expect(soundUsage(usage)).toBe(usage);
});
