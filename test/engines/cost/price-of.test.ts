import { expect, test } from "vitest";
import { batchEngine } from "../../../runtime/engines/batch/batch-engine.ts";
import { slurmEngine } from "../../../runtime/engines/slurm/slurm-engine.ts";
import { dockerEngine } from "../../../runtime/engines/docker/docker-engine.ts";
import { billedStep } from "../../../runtime/engines/cost/billed-step.ts";
import { priceOf } from "../../../runtime/engines/cost/price-of.ts";
import { DEFAULT_RESOURCES, type ResourceSettings, type StepSettings } from "../../../sdk/base/step-settings.ts";

const PRICES = {
  currency: "USD",
  asOf: null,
  cpuHour: 0.04,
  memoryGbHour: 0.005,
  gpuHour: { default: 2 },
  spotFactor: null,
};
const HOUR_MS = 3_600_000;

function asking(needs: Partial<ResourceSettings>, engine?: Readonly<Record<string, unknown>>): StepSettings {
  const resources = { ...DEFAULT_RESOURCES, ...needs, asked: Object.keys(needs) as (keyof typeof DEFAULT_RESOURCES)[] };
  return { resources, ...(engine === undefined ? {} : { engine: { name: "batch", options: engine } }) };
}

test("an hour of what is asked for costs the sum of its parts", () => {
  const needs = { cpu: 4, memoryMb: 8192, gpu: 1 };
  expect(priceOf(needs, { ms: HOUR_MS, prices: PRICES })).toBeCloseTo(4 * 0.04 + 8 * 0.005 + 2, 12);
  expect(priceOf(needs, { ms: HOUR_MS / 4, prices: PRICES })).toBeCloseTo((4 * 0.04 + 8 * 0.005 + 2) / 4, 12);
  expect(priceOf(needs, { ms: 0, prices: PRICES })).toBe(0);
});

test("a GPU without a price is an error that says where it is written", () => {
  const prices = { ...PRICES, gpuHour: {} };
  expect(priceOf({ cpu: 1, memoryMb: 0, gpu: 0 }, { ms: HOUR_MS, prices })).toBeCloseTo(0.04, 12);
  expect(() => priceOf({ cpu: 1, memoryMb: 0, gpu: 1 }, { ms: HOUR_MS, prices })).toThrow(/prices say nothing of them/);
});

test("a step that asks for nothing is paid as one processor here, and for the engine's default elsewhere", () => {
  expect(billedStep({ settings: {}, engine: null }, 0)).toEqual({ cpu: 1, memoryMb: 0, gpu: 0, leastMs: 0 });
  const elsewhere = { cpu: 1, memoryMb: 4096, gpu: 0, leastMs: 0 };
  expect(billedStep({ settings: {}, engine: dockerEngine }, 0)).toEqual(elsewhere);
  const asksForCpu = asking({ cpu: 2 });
  expect(billedStep({ settings: asksForCpu, engine: null }, 0)).toMatchObject({ cpu: 2, memoryMb: 0 });
});

test.each([
  [
    { cpu: 0.25, memoryMb: 512 },
    { cpu: 0.25, memoryMb: 512 },
  ],
  [
    { cpu: 0.25, memoryMb: 1500 },
    { cpu: 0.25, memoryMb: 2048 },
  ],
  [
    { cpu: 1, memoryMb: 1000 },
    { cpu: 1, memoryMb: 2048 },
  ],
  [
    { cpu: 1, memoryMb: 9000 },
    { cpu: 2, memoryMb: 9216 },
  ],
  [
    { cpu: 3, memoryMb: 4096 },
    { cpu: 4, memoryMb: 8192 },
  ],
  [
    { cpu: 8, memoryMb: 17_000 },
    { cpu: 8, memoryMb: 20_480 },
  ],
])("on Fargate %j is paid as %j, and a minute at the least; on EC2 as asked, in whole processors", (needs, size) => {
  const onFargate = billedStep({ settings: asking(needs, { platform: "fargate" }), engine: batchEngine }, 0);
  expect(onFargate).toEqual({ ...size, gpu: 0, leastMs: 60_000 });
  const onEc2 = billedStep({ settings: asking(needs, { platform: "ec2" }), engine: batchEngine }, 0);
  expect(onEc2).toEqual({ ...needs, cpu: Math.ceil(needs.cpu), gpu: 0, leastMs: 0 });
});

test.each([
  ["NVIDIA A100-SXM4-80GB", 4],
  ["NVIDIA A100-PCIE-40GB", 3],
  ["a100", 3],
  ["NVIDIA A10G", 2],
  ["NVIDIA H200", 2],
  [null, 2],
] as const)("a GPU costs what its model does, by the words of its name: %s %d", (gpuModel, price) => {
  const prices = { ...PRICES, gpuHour: { default: 2, A10: 1, A100: 3, "A100-SXM4-80GB": 4 } };
  expect(priceOf({ cpu: 0, memoryMb: 0, gpu: 2 }, { ms: HOUR_MS, prices, gpuModel })).toBe(2 * price);
});

test("a model without a price is an error that names those with one", () => {
  const of = (gpuModel: string | null) => () =>
    priceOf({ cpu: 0, memoryMb: 0, gpu: 1 }, { ms: HOUR_MS, prices: { ...PRICES, gpuHour: { A100: 3 } }, gpuModel });
  expect(of("a100")).not.toThrow();
  expect(of("NVIDIA T4")).toThrow(/the prices say nothing of NVIDIA T4/);
  expect(of(null)).toThrow(/the prices say nothing of one whose model is not known/);
});

test.each([
  ["gpu:a100:2", { gpu: 2, gpuModel: "a100" }],
  ["gpu:4", { gpu: 4 }],
  ["gpu", { gpu: 1 }],
  ["license:1,gpu:h200", { gpu: 1, gpuModel: "h200" }],
  ["license:1", { gpu: 0 }],
])("on Slurm GPUs are paid as gres names them: %s", (gres, bill) => {
  const settings = {
    resources: { ...DEFAULT_RESOURCES, cpu: 1.5, memoryMb: 1000 },
    engine: { name: "slurm", options: { gres } },
  };
  expect(billedStep({ settings, engine: slurmEngine }, 0)).toEqual({ cpu: 2, memoryMb: 1000, leastMs: 0, ...bill });
});
