import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Shell } from "./shell.ts";

/** What holds for all jobs, asked once. */
export interface Cluster {
  /** Most jobs of an array. */
  readonly maxArraySize: number;
  /** Home of the user, where the commands run. */
  readonly home: string;
  /** The user's name there. */
  readonly user: string;
  /** Clusters that its commands ask by default, where they are set to: `SLURM_CLUSTERS`. */
  readonly clusters: string;
}

/** Slurm's default. */
const MAX_ARRAY_SIZE = 1001;
const ASK = `"$0" show config || exit
printf "\\nMillraceHome = %s\\nMillraceUser = %s\\n" "$HOME" "$(id -un 2>/dev/null || id -u)"
printf "MillraceClusters = %s\\n" "\${SLURM_CLUSTERS:-}"`;

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
  const maxArraySize = Math.max(size === "" ? MAX_ARRAY_SIZE : Number(size) || 1, 1);
  return { maxArraySize, home, user: valueOf("MillraceUser"), clusters: valueOf("MillraceClusters") };
}
