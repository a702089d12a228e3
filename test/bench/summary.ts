import type { BenchCase, Figure, Pair, Side, Target } from "./bench-case.ts";
import type { Samples } from "./measure.ts";

/** Median and range of some samples. */
export interface Spread {
  readonly samples: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One side as it stands in the JSON. */
export interface SideSummary {
  readonly label: string;
  readonly note?: string;
  readonly ms: Spread;
}

/** A figure beside the wall times as it stands in the JSON. */
export interface FigureSummary extends Omit<Figure, "samples"> {
  readonly values: Spread;
  /** Null without a bound. */
  readonly isMet: boolean | null;
}

/** One case as it stands in the JSON. */
export interface CaseSummary {
  readonly name: string;
  readonly measures: string;
  readonly first: SideSummary | null;
  readonly second: SideSummary | null;
  /** Second over first, pair by pair. */
  readonly ratio: Spread | null;
  readonly figures: readonly FigureSummary[];
  readonly target: Target | null;
  /** Null without a target, or without the ratio that it bounds. */
  readonly isMet: boolean | null;
  /** Why there are no figures. */
  readonly error: string | null;
}

/** What a case came to. */
export function summarize(benchCase: BenchCase, { pair, samples }: { pair: Pair; samples: Samples }): CaseSummary {
  const { firstMs, secondMs } = samples;
  const ratio = secondMs.length > 0 ? spread(secondMs.map((ms, index) => ms / (firstMs[index] ?? NaN))) : null;
  return {
    ...empty(benchCase),
    first: sideSummary(pair.first, firstMs),
    second: pair.second === null ? null : sideSummary(pair.second, secondMs),
    ratio,
    figures: [pair.first, pair.second].flatMap((side) => side?.figures?.() ?? []).map(figureSummary),
    isMet: verdict(benchCase.target ?? {}, { firstMs: spread(firstMs).median, ratio: ratio?.median ?? null }),
  };
}

/** A case that could not be measured, or whose result was wrong. */
export function failure(benchCase: BenchCase, error: unknown): CaseSummary {
  return { ...empty(benchCase), error: error instanceof Error ? error.message : String(error) };
}

/** At least one sample. */
export function spread(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
  return { samples, median, min: sorted[0] ?? NaN, max: sorted.at(-1) ?? NaN };
}

function empty({ name, measures, target }: BenchCase): CaseSummary {
  return {
    name,
    measures,
    first: null,
    second: null,
    ratio: null,
    figures: [],
    target: target ?? null,
    isMet: null,
    error: null,
  };
}

function sideSummary({ label, note }: Side, samples: readonly number[]): SideSummary {
  return { label, ...(note === undefined ? {} : { note }), ms: spread(samples) };
}

function figureSummary({ samples, ...figure }: Figure): FigureSummary {
  const values = spread(samples);
  const { atMost, atLeast } = figure;
  if (atMost === undefined && atLeast === undefined) return { ...figure, values, isMet: null };
  return { ...figure, values, isMet: values.median <= (atMost ?? Infinity) && values.median >= (atLeast ?? -Infinity) };
}

/** Whether all bounds that can be judged are kept; null if there are none. */
function verdict(target: Target, { firstMs, ratio }: { firstMs: number; ratio: number | null }): boolean | null {
  const kept: boolean[] = [];
  if (ratio !== null && target.atLeast !== undefined) kept.push(ratio >= target.atLeast);
  if (ratio !== null && target.atMost !== undefined) kept.push(ratio <= target.atMost);
  if (target.firstAtMostMs !== undefined) kept.push(firstMs <= target.firstAtMostMs);
  return kept.length === 0 ? null : kept.every(Boolean);
}
