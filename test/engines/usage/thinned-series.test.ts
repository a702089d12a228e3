import os from "node:os";
import { expect, test } from "vitest";
import { ThinnedSeries } from "../../../runtime/engines/usage/thinned-series.ts";

const MIB = 2 ** 20;

test("a series of any length has at most 300 points, and loses neither a peak nor processor time", () => {
  const series = new ThinnedSeries();
  for (let second = 1; second <= 10_000; second += 1) {
    const memory = (second === 7_777 ? 900 : 100) * MIB;
    series.add({
      atMs: second * 1000,
      cpuMs: second * 500,
      memory,
      gpu: { percent: second % 2 === 0 ? 100 : 0, memory },
    });
  }
  const { atMs = [], cores = [], memoryMb = [], gpuPercent = [], gpuMemoryMb = [] } = series.series() ?? {};
  expect(atMs.length).toBeGreaterThan(150);
  for (const column of [atMs, cores, memoryMb, gpuPercent, gpuMemoryMb]) expect(column.length).toBe(atMs.length);
  expect(atMs.length).toBeLessThanOrEqual(300);
  expect(atMs.at(-1)).toBe(10_000_000);
  expect([...new Set(cores)]).toEqual([0.5]);
  expect(Math.max(...memoryMb)).toBe(900);
  expect(gpuPercent[10]).toBe(50);
});

test("processor time that was seen only when a process had ended is shown where it was spent", () => {
  const series = new ThinnedSeries();
  const most = os.availableParallelism();
  for (const atMs of [1000, 2000, 3000])
    series.add({ atMs, cpuMs: atMs < 3000 ? 0 : 2 * most * 1000, memory: MIB, gpu: null });
  expect(series.series()).toEqual({ atMs: [1000, 2000, 3000], cores: [0, most, most], memoryMb: [1, 1, 1] });
});

test("nothing has no series", () => {
  expect(new ThinnedSeries().series()).toBeNull();
});
