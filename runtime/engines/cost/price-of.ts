import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { BilledNeeds } from "../engine.ts";
import type { Prices } from "../../settings/prices.ts";

interface PriceOfOptions {
  readonly ms: number;
  readonly prices: Prices;
  /** Null where nobody knows it. @defaultValue null */
  readonly gpuModel?: string | null;
  /** How much of it is on Spot, from 0 to 1. @defaultValue 0 */
  readonly spotShare?: number;
}

const HOUR_MS = 3_600_000;

/**
 * What that much costs for that long.
 * @throws MillraceError `MILLRACE_SETTINGS` for a GPU without a price
 */
export function priceOf({ cpu, memoryMb, gpu }: BilledNeeds, options: PriceOfOptions): number {
  const { ms, prices, gpuModel = null, spotShare = 0 } = options;
  const gpuHour = gpu > 0 ? gpuHourOf(prices, gpuModel) : 0;
  const full = (ms / HOUR_MS) * (cpu * prices.cpuHour + (memoryMb / 1024) * prices.memoryGbHour + gpu * gpuHour);
  return full * (1 - spotShare + spotShare * (prices.spotFactor ?? 1));
}

/** Of the models whose words are in the name, the one with the most words counts: `A100 80GB` before `A100`. */
function gpuHourOf({ gpuHour }: Prices, model: string | null): number {
  const { default: other, ...models } = gpuHour;
  const name = model === null ? "" : wordsOf(model);
  const fits = Object.entries(models).filter(([key]) => name.includes(wordsOf(key)));
  const [best] = fits.sort(([one], [another]) => wordsOf(another).length - wordsOf(one).length);
  const price = best?.[1] ?? other;
  if (price === undefined) throw noGpuPrice(model, Object.keys(models));
  return price;
}

/** `NVIDIA A100-SXM4-80GB` as ` nvidia a100 sxm4 80gb `, so that `A10` is not in it. */
function wordsOf(name: string): string {
  return ` ${name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "")
    .join(" ")} `;
}

function noGpuPrice(model: string | null, models: readonly string[]): MillraceError {
  const what = models.length === 0 ? "of them" : model === null ? "of one whose model is not known" : `of ${model}`;
  return new MillraceError({
    code: "MILLRACE_SETTINGS",
    headline: `Cannot tell what a step with GPUs costs because the prices say nothing ${what}`,
    details: models.length === 0 ? [] : [`models with a price: ${models.join(", ")}`],
    hint: 'add what an hour of one costs to the prices: "gpuHour": {"default": 2.5}',
  });
}
