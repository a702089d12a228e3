import { oomKills } from "../local/oom-kills.ts";
import { type ControlGroup, type GroupPeak, ownControlGroup } from "./control-group.ts";

/** What the kernel has counted of a whole container. */
export interface ContainerUse {
  /** Since this meter was made; null where the kernel does not tell. */
  readonly cpuMs: number | null;
  readonly systemMs: number | null;
  /** The most memory since the container started; null where the kernel does not tell. */
  readonly memory: GroupPeak | null;
  /** Whether the kernel killed a process in it for want of memory since this meter was made. */
  readonly isExhausted: boolean;
}

export interface ContainerMeter {
  used(): ContainerUse;
}

export interface ContainerMeterOptions {
  /** Null where there is none of its own. @defaultValue that of this process */
  readonly group?: ControlGroup | null;
  /** How many processes the kernel has killed for want of memory. */
  readonly kills?: () => number;
}

/**
 * Measures the container that this process is in, by what its kernel counts for it: processes that were killed or came
 * and went count as all others do.
 */
export function containerMeter({
  group = ownControlGroup(),
  kills = oomKills,
}: ContainerMeterOptions = {}): ContainerMeter {
  const before = group?.cpuTimes() ?? null;
  const killed = kills();
  return {
    used() {
      const after = group?.cpuTimes() ?? null;
      const since = (name: "cpuMs" | "systemMs") => {
        const [from, to] = [before?.[name] ?? null, after?.[name] ?? null];
        return from === null || to === null ? null : Math.max(Math.round(to - from), 0);
      };
      return {
        cpuMs: since("cpuMs"),
        systemMs: since("systemMs"),
        memory: group?.peakMemory() ?? null,
        isExhausted: kills() > killed,
      };
    },
  };
}
