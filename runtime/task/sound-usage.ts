import type { GpuUsage, TaskUsage } from "../datastore/run-event.ts";
import { faultOfUsage } from "../datastore/shapes/parts.ts";

const FIGURES = ["cpuMs", "systemMs", "ranMs", "peakMemory", "readBytes", "writtenBytes", "exhausted"] as const;

/**
 * The figures as a run's journal takes them: whole and not negative, and without those that are no numbers. One that the
 * journal refuses would make the whole run unreadable.
 */
export function soundUsage(usage: TaskUsage): TaskUsage {
  if (faultOfUsage(usage) === null) return usage;
  const { gpu, isPartial, isEstimated, isOnSpot, lacks } = usage;
  const figures = FIGURES.flatMap((name) => {
    const value = whole(usage[name]);
    return value === null ? [] : [[name, value] as const];
  });
  return {
    ...(Object.fromEntries(figures) as Pick<TaskUsage, (typeof FIGURES)[number]>),
    ...(gpu === undefined ? {} : soundGpu(gpu)),
    ...(isPartial === undefined ? {} : { isPartial }),
    ...(isEstimated === undefined ? {} : { isEstimated }),
    ...(isOnSpot === undefined ? {} : { isOnSpot }),
    ...(lacks === undefined ? {} : { lacks }),
  };
}

function soundGpu({ count, meanPercent, maxPercent, peakMemory, model }: GpuUsage): Pick<TaskUsage, "gpu"> {
  const gpus = whole(count);
  if (gpus === null) return {};
  const [mean, most, memory] = [least(meanPercent), least(maxPercent), whole(peakMemory)];
  return {
    gpu: {
      count: gpus,
      ...(mean === null ? {} : { meanPercent: mean }),
      ...(most === null ? {} : { maxPercent: most }),
      ...(memory === null ? {} : { peakMemory: memory }),
      ...(model === undefined ? {} : { model }),
    },
  };
}

/** Null for what is no number. */
function least(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Math.max(value, 0);
}

function whole(value: number | undefined): number | null {
  const known = least(value);
  return known === null ? null : Math.min(Math.round(known), Number.MAX_SAFE_INTEGER);
}
