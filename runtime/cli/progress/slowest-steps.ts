import { durationText } from "../../text/duration-text.ts";
import type { StepCount } from "./step-counts.ts";

/** Of a shorter run, or one of fewer steps, there is nothing to find. */
const [LEAST_MS, LEAST_STEPS] = [10_000, 4];
const SHOWN = 3;

/** `train 2 h 06 min, evaluate 4 min 00 s, prepare 12.0 s`; empty for a run in which nobody would look for it. */
export function slowestSteps(counts: Iterable<StepCount>, tookMs: number): string {
  const ran = [...counts].filter(({ firstStart, lastEnd }) => firstStart > 0 && lastEnd > firstStart);
  if (tookMs < LEAST_MS || ran.length < LEAST_STEPS) return "";
  return ran
    .map(({ step, firstStart, lastEnd }) => ({ step, ms: lastEnd - firstStart }))
    .sort((one, other) => other.ms - one.ms)
    .slice(0, SHOWN)
    .map(({ step, ms }) => `${step} ${durationText(ms)}`)
    .join(", ");
}
