import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Shell } from "./shell.ts";

/** What holds for all jobs, asked once. */
export interface Cluster {
  /** Most jobs of an array. */
  readonly maxArraySize: number;
  /** Home of the user, where the commands run. */
  readonly home: string;
}

/** Slurm's default. */
const MAX_ARRAY_SIZE = 1001;
const ASK = '"$0" show config && printf "\\nMillraceHome = %s\\n" "$HOME"';

/** @throws CommandFailure where Slurm does not answer */
export async function readCluster(shell: Shell): Promise<Cluster> {
  const text = await shell.run(["sh", "-c", ASK, shell.place("scontrol")]);
  const valueOf = (name: string) => new RegExp(`^${name}\\s*= *(.*?)\\s*$`, "m").exec(text)?.[1] ?? "";
  const home = valueOf("MillraceHome");
  if (!home.startsWith("/"))
    throw new MillraceError({
      code: "MILLRACE_SLURM",
      headline: `Cannot use Slurm because the user has no home there: ${JSON.stringify(home)}`,
      hint: "name a folder that login node and compute nodes share with slurmFolder",
    });
  // Zero: this cluster takes no arrays.
  const size = valueOf("MaxArraySize");
  return { maxArraySize: Math.max(size === "" ? MAX_ARRAY_SIZE : Number(size) || 1, 1), home };
}
