import type { Datastore } from "../../datastore/datastore.ts";
import { type AttemptUse, attemptUses } from "../../datastore/reader/attempt-uses.ts";
import type { RunSummary } from "../../datastore/reader/run-summary.ts";
import type { BilledNeeds } from "../engine.ts";
import type { Prices } from "../../settings/prices.ts";
import { billedStep } from "./billed-step.ts";
import { enginesOfRun } from "./engines-of-run.ts";
import { priceOf } from "./price-of.ts";

/** What the attempts of a step cost, in one run or several. */
export interface PaidStep {
  readonly step: string;
  /** Null for processes of the machine that started the run. */
  readonly engine: string | null;
  readonly runs: number;
  readonly tasks: number;
  readonly attempts: number;
  /** What an attempt of the latest run is paid for. */
  readonly billed: BilledNeeds;
  /** From the start of an attempt to its end, of all of them. */
  readonly wallMs: number;
  readonly cost: number;
  /** Of that, for attempts that failed. */
  readonly failed: number;
  /** Of that, for attempts that are known to have run on Spot, at what that costs. */
  readonly spot: number;
  /** How many those are. */
  readonly spotAttempts: number;
  /** Of the cost, for attempts whose run died before they ended: until it was last seen. */
  readonly lost: number;
  /** Of that, for processors and memory that were not used; null where no attempt could tell. */
  readonly unused: number | null;
}

export interface PaidStepsOptions {
  readonly store: Datastore;
  readonly prices: Prices;
  /** Only of this step. @defaultValue of all */
  readonly only?: string | null;
}

interface PaidAttempt extends AttemptUse {
  readonly run: string;
  readonly engine: string | null;
  readonly billed: BilledNeeds;
  readonly cost: number;
  readonly isOnSpot: boolean;
}

/**
 * By step, in the order of the latest run's flow; steps without an attempt that is over are left out.
 *
 * @param runs - of one flow, the newest first
 * @throws MillraceError `MILLRACE_SETTINGS` for a GPU without a price
 */
export function paidSteps(runs: readonly RunSummary[], options: PaidStepsOptions): PaidStep[] {
  const paid = new Map<string, PaidAttempt[]>();
  for (const attempt of runs.flatMap((run) => paidAttempts(run, options))) {
    const ofStep = paid.get(attempt.step);
    if (ofStep === undefined) paid.set(attempt.step, [attempt]);
    else ofStep.push(attempt);
  }
  const order = new Map(runs[0]?.document.graph.steps.map(({ name }, at) => [name, at]));
  const place = ({ step }: PaidStep) => order.get(step) ?? order.size;
  return [...paid]
    .map(([step, attempts]) => costOf(step, { attempts, prices: options.prices }))
    .sort((one, other) => place(one) - place(other));
}

function paidAttempts(run: RunSummary, { store, prices, only = null }: PaidStepsOptions): PaidAttempt[] {
  const engines = enginesOfRun(store, run.document);
  const settings = new Map(run.document.graph.steps.map((node) => [node.name, node.settings]));
  const uses = attemptUses(run).filter(({ step }) => only === null || step === only);
  return uses.map((use) => {
    const engine = engines.get(use.step) ?? null;
    const bill = billedStep({ settings: settings.get(use.step) ?? {}, engine }, use.attempt);
    const { leastMs, gpuModel, ...billed } = bill;
    const model = use.usage?.gpu?.model ?? gpuModel ?? null;
    const isOnSpot = use.usage?.isOnSpot === true;
    const [ms, spotShare] = [Math.max(use.wallMs, leastMs), isOnSpot ? 1 : 0];
    const cost = priceOf(billed, { ms, prices, gpuModel: model, spotShare });
    return { ...use, run: run.run, engine: engine?.name ?? null, billed, cost, isOnSpot };
  });
}

function costOf(step: string, { attempts, prices }: { attempts: readonly PaidAttempt[]; prices: Prices }): PaidStep {
  const sum = (of: (one: PaidAttempt) => number) => attempts.reduce((total, one) => total + of(one), 0);
  const [latest] = attempts;
  return {
    step,
    engine: latest?.engine ?? null,
    runs: new Set(attempts.map(({ run }) => run)).size,
    tasks: new Set(attempts.map(({ run, task }) => `${run}/${task}`)).size,
    attempts: attempts.length,
    billed: latest?.billed ?? { cpu: 0, memoryMb: 0, gpu: 0 },
    wallMs: sum(({ wallMs }) => wallMs),
    cost: sum(({ cost }) => cost),
    failed: sum(({ isFailed, cost }) => (isFailed ? cost : 0)),
    spot: sum(({ isOnSpot, cost }) => (isOnSpot ? cost : 0)),
    spotAttempts: attempts.filter(({ isOnSpot }) => isOnSpot).length,
    lost: sum(({ isLost, cost }) => (isLost ? cost : 0)),
    unused: sumOrNull(attempts.map((one) => unusedOf(one, prices))),
  };
}

/** What one attempt took too much makes up for nothing that another one left. */
function unusedOf({ billed, usage, wallMs, isOnSpot }: PaidAttempt, prices: Prices): number | null {
  const { cpuMs, peakMemory, ranMs = wallMs } = usage ?? {};
  if (ranMs === 0 || (cpuMs === undefined && peakMemory === undefined)) return null;
  const cpu = cpuMs === undefined ? 0 : Math.max(billed.cpu - cpuMs / ranMs, 0);
  const memoryMb = peakMemory === undefined ? 0 : Math.max(billed.memoryMb - peakMemory / 2 ** 20, 0);
  return priceOf({ cpu, memoryMb, gpu: 0 }, { ms: ranMs, prices, spotShare: isOnSpot ? 1 : 0 });
}

/** Null where nothing is known. */
export function sumOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
