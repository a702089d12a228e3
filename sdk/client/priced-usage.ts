import { processSettings } from "../../runtime/config.ts";
import { type StepUsage, stepUsages } from "../../runtime/datastore/reader/step-usage.ts";
import type { RunSummary } from "../../runtime/datastore/reader/run-summary.ts";
import { type PaidStepsOptions, paidSteps } from "../../runtime/engines/cost/paid-steps.ts";
import { MillraceError } from "../base/millrace-error.ts";
import type { RunReader } from "./run-reader.ts";

/** What a step of a run asked for, used and cost. */
export interface PricedUsage extends StepUsage {
  /** Null where no prices are set, or none for its GPUs. */
  readonly cost: CostOfStep | null;
}

/** What a step cost: what it asked for, times the time of its attempts. */
export interface CostOfStep {
  /** Of all amounts: `USD`. */
  readonly currency: string;
  /** Of all attempts. */
  readonly amount: number;
  /** Of that, for attempts that failed. */
  readonly failed: number;
  /** Of that, for attempts whose run died before they ended: until it was last seen. */
  readonly lost: number;
  /** Of that, for attempts that are known to have run on Spot. */
  readonly spot: number;
  /** Of that, for processors and memory that were not used; null where no attempt could tell. */
  readonly unused: number | null;
}

/** By step, in the order of the flow. */
export function pricedUsage(reader: RunReader): PricedUsage[] {
  const { store } = reader;
  const run = reader.summary();
  const settings = processSettings();
  const prices = settings.hasPrices ? settings.prices() : null;
  return stepUsages([run]).map((usage) => ({
    ...usage,
    cost: prices === null ? null : costOf(run, { store, prices, only: usage.step }),
  }));
}

function costOf(run: RunSummary, options: PaidStepsOptions): CostOfStep | null {
  try {
    const [paid] = paidSteps([run], options);
    if (paid === undefined) return null;
    const { cost: amount, failed, lost, spot, unused } = paid;
    return { currency: options.prices.currency, amount, failed, lost, spot, unused };
  } catch (error) {
    // Of its GPUs nothing is said; what the other steps cost can be told.
    if (error instanceof MillraceError && error.code === "MILLRACE_SETTINGS") return null;
    throw error;
  }
}
