import fs from "node:fs";
import type { GpuCountSettings } from "../../config.ts";

/** GPUs that tasks of this machine share. */
export interface FoundGpus {
  readonly count: number;
  /** What CUDA calls them, where they are NVIDIA's: numbers, or names that begin with `GPU-`; else empty. */
  readonly ids: readonly string[];
}

/** Finds out how many GPUs there are without loading a driver: from the settings, else from the devices that Linux lists. */
export function findGpus(
  { count, visible }: GpuCountSettings,
  { platform, devices }: Machine = thisMachine(),
): FoundGpus {
  const numbers = devices
    .flatMap((name) => /^nvidia(\d+)$/.exec(name)?.[1] ?? [])
    .sort((a, b) => Number(a) - Number(b));
  const ids = visible ?? numbers;
  if (count !== null)
    return {
      count,
      ids: ids.length < count ? Array.from({ length: count }, (_, at) => String(at)) : ids.slice(0, count),
    };
  if (visible !== null || numbers.length > 0) return { count: ids.length, ids };
  // Whatever else there is: macOS and Windows show pictures with one GPU or several; kernels use one of them.
  if (platform !== "linux") return { count: 1, ids: [] };
  const others = devices.filter((name) => /^renderD\d+$/.test(name)).length;
  return { count: Math.max(others, devices.includes("dxg") ? 1 : 0), ids: [] };
}

export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Names in `/dev` and `/dev/dri`. */
  readonly devices: readonly string[];
}

function thisMachine(): Machine {
  return { platform: process.platform, devices: [...namesIn("/dev"), ...namesIn("/dev/dri")] };
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}
