import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Settings } from "../../settings/read-settings.ts";
import type { EngineSettingTable } from "../engine.ts";

export const SLURM_SETTINGS = {
  host: { variable: "MILLRACE_SLURM_HOST", key: "slurmHost" },
  bin: { variable: "MILLRACE_SLURM_BIN", key: "slurmBin" },
  folder: { variable: "MILLRACE_SLURM_FOLDER", key: "slurmFolder" },
  node: { variable: "MILLRACE_SLURM_NODE", key: "slurmNode" },
  partition: { variable: "MILLRACE_SLURM_PARTITION", key: "slurmPartition" },
  account: { variable: "MILLRACE_SLURM_ACCOUNT", key: "slurmAccount" },
  maxJobs: { variable: "MILLRACE_SLURM_MAX_JOBS", key: "slurmMaxJobs" },
} as const satisfies EngineSettingTable;

/** What is said of the cluster; null for what nothing says. */
export interface SlurmSettings {
  /** Login node, as `ssh` takes it; null where Slurm's commands are on this machine. */
  readonly host: string | null;
  /** Folder of Slurm's commands, where they are not on PATH. */
  readonly bin: string | null;
  /** Folder that login node and compute nodes share. */
  readonly folder: string | null;
  /** Node, on the compute nodes. */
  readonly node: string | null;
  readonly partition: string | null;
  readonly account: string | null;
  /** Most jobs at once, and of an array. */
  readonly maxJobs: number | null;
}

/** @throws MillraceError for a value that cannot be used */
export function slurmSettings(settings: Settings): SlurmSettings {
  const { maxJobs, folder, node, bin, ...others } = settings.engine(SLURM_SETTINGS);
  for (const [name, place] of Object.entries({ folder, node, bin }))
    if (place !== null && !place.startsWith("/"))
      throw wrong(name as "folder", `it is not an absolute path: ${place}`, "write the whole path, from / on");
  const { host } = others;
  if (host?.startsWith("-") === true) throw wrong("host", `it is not a host: ${host}`, "name it as for ssh: user@host");
  return { ...others, folder, node, bin, maxJobs: maxJobs === null ? null : countOf(maxJobs) };
}

function countOf(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw wrong("maxJobs", `it is not a whole number of at least 1: ${text}`, "write a number, such as 500");
}

function wrong(name: keyof typeof SLURM_SETTINGS, because: string, hint: string): MillraceError {
  const { variable, key } = SLURM_SETTINGS[name];
  return new MillraceError({
    code: "MILLRACE_SETTINGS",
    headline: `Cannot use ${key} (${variable}) because ${because}`,
    hint,
  });
}
