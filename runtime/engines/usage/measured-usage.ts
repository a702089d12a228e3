import { largest } from "../../../sdk/base/largest.ts";
import type { TaskUsage, UsageGap } from "../../datastore/run-event.ts";
import { soundUsage } from "../../task/sound-usage.ts";
import type { ContainerUse } from "./container-meter.ts";
import type { LinuxMemory } from "./linux-memory.ts";
import type { SeenUse } from "./usage-sampler.ts";

export interface MeasuredOptions {
  /** By its own process; undefined where that died. */
  readonly told: TaskUsage | undefined;
  /** Pages of its child processes that have ended, by its own process. */
  readonly childPages: number;
  /** From outside of its process. */
  readonly seen: SeenUse | null;
  /** Null where this is not Linux. */
  readonly linux: LinuxMemory | null;
  /** Null where it was not alone in a container. */
  readonly container: ContainerUse | null;
  /** The most that the process which measures has had, in bytes. */
  readonly ownMemory: number;
  /** How long it ran, where others count from when it was handed over. */
  readonly ranMs: number | null;
  /** Memory that was not enough. */
  readonly exhausted: number | null;
}

/** Less than this share of the whole is not worth a word. */
const WORTH_SHARE = 0.05;

/** What an attempt used, of all that is known of it; undefined for nothing. */
export function measuredUsage(of: MeasuredOptions): TaskUsage | undefined {
  const { told, seen, container, exhausted, ranMs } = of;
  const { peak, lacks, isEstimated } = peakOf(of);
  const cpuMs = container?.cpuMs ?? largestOf(told?.cpuMs, seen?.memory?.cpuMs);
  const systemMs = container?.cpuMs == null ? largestOf(told?.systemMs, seen?.memory?.systemMs) : container.systemMs;
  const gpu = seen?.gpu ?? null;
  const isPartial = told === undefined && (container?.memory == null || container.cpuMs === null);
  const gaps: readonly UsageGap[] = [...(told?.lacks ?? []), ...(lacks ? (["children"] as const) : [])];
  const usage: TaskUsage = {
    ...(cpuMs === undefined ? {} : { cpuMs: Math.round(cpuMs) }),
    ...(systemMs == null ? {} : { systemMs: Math.round(systemMs) }),
    ...(peak === undefined ? {} : { peakMemory: peak }),
    ...(told?.readBytes === undefined ? {} : { readBytes: told.readBytes }),
    ...(told?.writtenBytes === undefined ? {} : { writtenBytes: told.writtenBytes }),
    ...(gpu === null ? {} : { gpu }),
    ...(exhausted === null ? {} : { exhausted }),
    ...(isEstimated ? { isEstimated } : {}),
    ...(gaps.length === 0 ? {} : { lacks: gaps }),
  };
  if (Object.keys(usage).length === 0) return undefined;
  const timed = ranMs === null ? usage : { ...usage, ranMs };
  return soundUsage(isPartial ? { ...timed, isPartial } : timed);
}

interface Peak {
  readonly peak: number | undefined;
  readonly lacks: boolean;
  /** Whether it rests on pages that processes touched which nobody saw. */
  readonly isEstimated: boolean;
}

/** A container's kernel knows between what it was; what was seen of its processes says where. */
function peakOf(of: MeasuredOptions): Peak {
  const { peak, lacks, isEstimated } = peakOfProcesses(of);
  const within = of.container?.memory ?? null;
  if (within === null) {
    // The kernel does not tell of the whole container: this process is in it as well.
    const own = of.container === null ? 0 : of.ownMemory;
    return { peak: peak === undefined ? undefined : peak + own, lacks, isEstimated };
  }
  return { peak: Math.min(Math.max(peak ?? 0, within.least), within.most), lacks: false, isEstimated: false };
}

function peakOfProcesses({ told, childPages, seen, linux }: MeasuredOptions): Peak {
  const own = told?.peakMemory;
  const memory = seen?.memory ?? null;
  if (linux === null || (own === undefined && memory === null)) return { peak: own, lacks: false, isEstimated: false };
  const bytes = (pages: number) => pages * linux.pageSize;
  const least = Math.max(own ?? 0, memory?.peak ?? 0);
  // What no look saw counts with the pages that it touched, unless others like it were seen: then that says more.
  const rest = own === undefined ? 0 : Math.max(childPages - (memory?.ended ?? 0), 0);
  const unseen = memory?.unseen ?? { faults: 0, beside: 0 };
  const hasSeen = memory?.hasChildren === true;
  const most = Math.max(least, unseen.beside + bytes(unseen.faults), (own ?? 0) + bytes(rest));
  const peak = hasSeen ? least : most;
  const isHidden = linux.isHuge && bytes(unseen.faults + rest) > peak * WORTH_SHARE;
  const isEstimated = peak > least * (1 + WORTH_SHARE);
  return { peak, lacks: memory?.isWhole === false || isHidden || most > peak * (1 + WORTH_SHARE), isEstimated };
}

function largestOf(...values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : largest(known);
}
