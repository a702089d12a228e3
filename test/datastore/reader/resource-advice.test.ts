import { expect, test } from "vitest";
import { resourceAdvice } from "../../../runtime/datastore/reader/resource-advice.ts";
import type { StepUsage } from "../../../runtime/datastore/reader/step-usage.ts";

function used(of: Partial<StepUsage>): StepUsage {
  const spread = (value: number) => ({ min: value, median: value, p95: value, max: value });
  return {
    ...{ step: "fit", machine: null, runs: 1, tasks: 2, attempts: 2, silent: 0, estimated: 0, spotAttempts: 0 },
    ...{ lacking: { children: 0, system: 0 }, asked: { cpu: 1, memoryMb: 4000, gpu: null }, engine: null },
    ...{ wallMs: { ...spread(1000), sum: 2000 }, waitingMs: null, cores: spread(1), cpuMs: 2000 },
    ...{ memoryMb: spread(500), bareMemoryMb: 500, exhaustedMb: null, gpu: null, readBytes: 0, writtenBytes: 0 },
    wasted: { memoryGbHours: 0, cpuHours: 0, gpuHours: null },
    ...of,
  };
}

test("advice is a fifth above the most that was seen, in hundreds", () => {
  expect(resourceAdvice(used({}))).toMatchObject({ memory: 600, decorator: "@resources({ cpu: 1, memory: 600 })" });
});

test("a step of an engine that was measured outside of a container gets what else its job holds", () => {
  const advice = resourceAdvice(used({ engine: "batch" }));
  expect(advice?.memory).toBe(700);
  expect(advice?.evidence).toContain("100 MB more for what else a job of batch holds");
});

test("where the kernel measured whole containers, nothing is added", () => {
  const advice = resourceAdvice(used({ engine: "batch", bareMemoryMb: null }));
  expect(advice?.memory).toBe(600);
  expect(advice?.evidence).not.toContain("more for what else");
});

test("evidence says which memory is an estimate", () => {
  expect(resourceAdvice(used({ estimated: 1 }))?.evidence).toContain("memory of 1 attempt is an estimate");
});
