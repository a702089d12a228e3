import fs from "node:fs";
import type { GpuCountSettings } from "../../settings/gpu-count-settings.ts";

/** GPUs that tasks of this machine share. */
export interface FoundGpus {
  /** How many tasks may use one at the same time. */
  readonly count: number;
  /** What CUDA calls them, where they are NVIDIA's: numbers, or names that begin with `GPU-`; else empty. */
  readonly ids: readonly string[];
}

/** Finds out how many GPUs there are without loading a driver: from the settings, else from the devices that Linux lists. */
export function findGpus(
  { count, visible }: GpuCountSettings,
  { platform, devices }: Machine = thisMachine(),
): FoundGpus {
  const nvidia = devices.filter((name) => /^nvidia\d+$/.test(name)).length;
  // CUDA counts those that it sees from 0, whatever numbers their devices have: a container may have been given the third.
  const ids = visible ?? numbers(nvidia > 0 ? nvidia : (count ?? 0));
  if (count !== null) return { count, ids: ids.slice(0, count) };
  if (visible !== null || nvidia > 0) return { count: ids.length, ids };
  // Whatever else there is: macOS and Windows show pictures with one GPU or several; kernels use one of them.
  if (platform !== "linux") return { count: 1, ids: [] };
  const others = devices.filter((name) => /^renderD\d+$/.test(name)).length;
  return { count: Math.max(others, devices.includes("dxg") ? 1 : 0), ids: [] };
}

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, at) => String(at));
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
