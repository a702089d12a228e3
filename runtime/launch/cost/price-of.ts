import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { BilledNeeds } from "../../engines/engine.ts";
import type { Prices } from "../../settings/prices.ts";

const HOUR_MS = 3_600_000;

/**
 * What that much costs for that long.
 * @throws MillraceError `MILLRACE_SETTINGS` for a GPU without a price
 */
export function priceOf({ cpu, memoryMb, gpu }: BilledNeeds, { ms, prices }: { ms: number; prices: Prices }): number {
  const gpuHour = gpu > 0 ? (prices.gpuHour.default ?? null) : 0;
  if (gpuHour === null) throw noGpuPrice();
  return (ms / HOUR_MS) * (cpu * prices.cpuHour + (memoryMb / 1024) * prices.memoryGbHour + gpu * gpuHour);
}

function noGpuPrice(): MillraceError {
  return new MillraceError({
    code: "MILLRACE_SETTINGS",
    headline: "Cannot tell what a step with GPUs costs because the prices say nothing of them",
    hint: 'add what an hour of one costs to the prices: "gpuHour": {"default": 2.5}',
  });
}
