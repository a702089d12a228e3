import { isMillraceError, MillraceError } from "../../../sdk/base/millrace-error.ts";
import { CommandFailure, failureOf, lineOf, SSH_FAILED } from "./command-failure.ts";

/** What a command of Slurm's answered, or what kept it from answering, with a remedy. */
export function slurmError(error: unknown, task: string): MillraceError {
  if (isMillraceError(error)) return error;
  if (!(error instanceof CommandFailure)) throw error;
  const { because, hint } = remedyOf(error);
  return new MillraceError({
    code: "MILLRACE_SLURM",
    headline: `Cannot ${task} on Slurm because ${because}`,
    details: error.kind === "missing" ? [] : [`${error.program} says: ${lineOf(error)}`],
    hint,
    cause: error,
  });
}

/** A job that went to a cluster of which nothing else asks. */
export function elsewhere(step: string, cluster: string): MillraceError {
  return new MillraceError({
    code: "MILLRACE_SLURM",
    headline: `Cannot start ${step} on Slurm because sbatch gave the job to another cluster than squeue asks: ${cluster}`,
    hint: `set SLURM_CLUSTERS=${cluster}, which all commands of Slurm heed; not SBATCH_CLUSTERS`,
  });
}

interface Remedy {
  readonly because: string;
  readonly hint: string;
}

function remedyOf(error: CommandFailure): Remedy {
  const { kind, host, exitCode, said, program } = error;
  if (kind === "missing") return missing(error);
  if (host !== null && exitCode === SSH_FAILED && failureOf(error)?.kind === "final")
    return {
      because: `ssh does not get to ${host}`,
      hint: `try \`ssh -o BatchMode=yes ${host} true\`: it must work without a password or a question`,
    };
  const found = REFUSALS.find(({ pattern }) => pattern.test(said));
  if (found !== undefined) return found;
  if (failureOf(error)?.kind === "unclear")
    return {
      because: host === null ? "its controller does not answer" : `${host}, or its controller, does not answer`,
      hint: "look at `sinfo`; resume the run when the cluster is back: nothing that was finished is lost",
    };
  return { because: `${program} refuses it`, hint: "change what @slurm asks for" };
}

function missing({ program, host }: CommandFailure): Remedy {
  if (program === "ssh" || host === null)
    return {
      because: `there is no ${host === null ? program : "ssh"} on this machine`,
      hint: "start the run on a login node of the cluster, or name one with slurmHost; slurmBin names the folder of Slurm's commands",
    };
  return {
    because: `${host} has no program ${program}`,
    hint: "commands that ssh runs may have another PATH than your shell there: name the folder of Slurm's commands with slurmBin",
  };
}

interface Refusal extends Remedy {
  readonly pattern: RegExp;
}

/** In the words of `sbatch`. Each says something of what was asked for, not of how busy the cluster is. */
export const REFUSALS: readonly Refusal[] = [
  {
    pattern: /belongs to another user/,
    because: "the folder for what jobs write is not this user's",
    hint: "name another one with slurmFolder: what lies there has to be safe from others",
  },
  {
    pattern: /invalid partition/i,
    because: "there is no such partition",
    hint: "`sinfo` lists them: @slurm({ partition }) or slurmPartition",
  },
  {
    pattern: /invalid account|account.*partition combination|invalid.*association/i,
    because: "this user may not use that account, partition or quality of service",
    hint: "`sacctmgr show assoc user=$USER` lists what you may use: @slurm({ account }) or slurmAccount",
  },
  {
    pattern: /invalid qos/i,
    because: "there is no such quality of service for this user",
    hint: "`sacctmgr show assoc user=$USER format=qos` lists them: @slurm({ qos })",
  },
  {
    pattern: /invalid (?:generic resource|gres|tres)/i,
    because: "the cluster has no such generic resource",
    hint: '`sinfo -o "%N %G"` lists them: @slurm({ gpu }) asks for gpu, @slurm({ gres }) for others',
  },
  {
    pattern: /invalid feature/i,
    because: "no node has such a feature",
    hint: '`sinfo -o "%N %f"` lists them: @slurm({ constraint })',
  },
  {
    pattern: /reservation/i,
    because: "there is no such reservation for this user",
    hint: "`scontrol show reservation` lists them: @slurm({ reservation })",
  },
  {
    pattern: /invalid node name/i,
    because: "there is no such node",
    hint: "`sinfo -N` lists them: @slurm({ nodelist })",
  },
  {
    // Not the line that Slurm puts under each limit of an account: "... size and/or time limits".
    pattern: /(?:time limit(?!s\))|invalid time|--time|MaxWallDuration)/i,
    because: "the time limit is more than the partition allows",
    hint: '`sinfo -o "%P %l"` lists the limits: @slurm({ time })',
  },
  {
    pattern: /node configuration is not available|more processors requested|memory specification|node count/i,
    because: "no node has that much",
    hint: '`sinfo -o "%P %c %m %G"` lists CPUs, memory in MB and GPUs of the nodes: ask for less, or name another partition',
  },
  {
    pattern: /(?:unrecognized|unknown|ambiguous) option|invalid option|requires an argument|Invalid argument/i,
    because: "it does not know an option",
    hint: "overrides takes the long names of options of sbatch: see `sbatch --help`",
  },
];
