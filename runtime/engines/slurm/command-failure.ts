import type { ApiFailure } from "../jobs/polling/job-api.ts";

/** How a command of Slurm's failed. */
export interface CommandFailureParts {
  /** `missing`: there is no such program; `silent`: it did not end in time; `refused`: it ended and said no. */
  readonly kind: "missing" | "silent" | "refused";
  readonly program: string;
  /** Where it was to run; null on this machine. */
  readonly host: string | null;
  readonly exitCode: number | null;
  /** What it wrote to stderr. */
  readonly said: string;
}

/** A command that failed. */
export class CommandFailure extends Error implements CommandFailureParts {
  override readonly name = "CommandFailure";
  readonly kind: CommandFailureParts["kind"];
  readonly program: string;
  readonly host: string | null;
  readonly exitCode: number | null;
  readonly said: string;

  constructor({ kind, program, host, exitCode, said }: CommandFailureParts) {
    super(`${program}: ${said}`);
    this.kind = kind;
    this.program = program;
    this.host = host;
    this.exitCode = exitCode;
    this.said = said;
  }
}

/** Of the program `ssh` itself. */
export const SSH_FAILED = 255;

/** The controller, or the way to it, is away for a while: the request may have reached it. */
const AWAY =
  /unable to contact slurm controller|socket timed out|zero bytes were transmitted|connection (?:refused|reset|timed out|closed)|communication connection failure|transport endpoint|backup controller|in standby|protocol authentication error|munge|unexpected message received|slurm(?:ctld)? is (?:currently )?(?:down|restarting)|temporarily disabled/i;
const THROTTLED = /temporarily unable to (?:accept|handle)|rate limit|try again|resource temporarily unavailable/i;
/** Until other jobs of the same user or account have ended. */
const FULL = /(?:QOS|Assoc)(?:Max|Grp)\w*Submit\w*|job submit limit(?!, user's size)|job queue full/i;
const HOPELESS_SSH =
  /permission denied|host key verification failed|could not resolve hostname|no such file or directory/i;

/** What it means for the request; null for an error that is not of a command. */
export function failureOf(error: unknown): ApiFailure | null {
  if (!(error instanceof CommandFailure)) return null;
  return { kind: kindOf(error), text: lineOf(error), remedy: null };
}

function kindOf({ kind, exitCode, host, said }: CommandFailure): ApiFailure["kind"] {
  if (kind === "missing") return "final";
  if (kind === "silent") return "unclear";
  if (host !== null && exitCode === SSH_FAILED && !said.includes("sbatch:"))
    return HOPELESS_SSH.test(said) ? "final" : "unclear";
  if (AWAY.test(said)) return "unclear";
  if (FULL.test(said)) return "full";
  return THROTTLED.test(said) ? "throttled" : "final";
}

/** What the program said, in a line. */
export function lineOf({ program, said, kind }: CommandFailure): string {
  if (kind === "missing") return `there is no program ${program}`;
  const lines = said.split("\n").map((line) => line.replace(/^\w+: (?:error: )?/, "").trim());
  const told = [...new Set(lines.filter((line) => line !== ""))];
  return told.length === 0 ? `${program} said nothing` : told.slice(0, 3).join("; ");
}
