import { knownOptions } from "../../../sdk/decorators/decorator-definition.ts";
import { SLURM_OPTIONS } from "../../../sdk/decorators/slurm.ts";
import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import { isRecord } from "../../../sdk/base/is-record.ts";
import type { StepJob } from "../jobs/job-service.ts";
import { CommandFailure, failureOf, lineOf } from "./command-failure.ts";
import { OWN_OPTIONS, stepArguments } from "./step-arguments.ts";
import type { Shell } from "./shell.ts";
import { REFUSALS, slurmError } from "./slurm-error.ts";
import type { SlurmSettings } from "./slurm-settings.ts";

interface CheckOptions {
  readonly shell: Shell;
  readonly settings: SlurmSettings;
  warning(text: string): void;
}

/**
 * Asks the cluster itself whether it would take jobs like these, before the run begins.
 * @throws MillraceError
 */
export async function checkSteps(steps: readonly StepJob[], options: CheckOptions): Promise<void> {
  refuseOverrides(steps);
  const asked = new Map<string, { args: readonly string[]; names: string[] }>();
  for (const needs of steps) {
    const args = stepArguments(needs, options.settings);
    const known = asked.get(args.join("\n")) ?? { args, names: [] };
    known.names.push(needs.step);
    asked.set(args.join("\n"), known);
  }
  const findings: Finding[] = [];
  for (const { args, names } of asked.values()) {
    const finding = await findingOf(args, { ...options, names });
    if (finding !== null) findings.push(finding);
  }
  const [first] = findings;
  if (first === undefined) return;
  throw new MillraceError({
    code: "MILLRACE_SLURM",
    headline: `Cannot run on Slurm because ${first.because}`,
    details: findings.map(({ names, said }) => `${names.join(", ")}: ${said}`),
    hint: first.hint,
  });
}

interface Finding {
  readonly names: readonly string[];
  readonly said: string;
  readonly because: string;
  readonly hint: string;
}

async function findingOf(
  args: readonly string[],
  { shell, names, warning }: CheckOptions & { readonly names: readonly string[] },
): Promise<Finding | null> {
  try {
    await shell.slurm("sbatch", ["--test-only", ...args], { stdin: "#!/bin/sh\ntrue\n" });
    return null;
  } catch (error) {
    if (!(error instanceof CommandFailure) || error.kind === "missing") throw slurmError(error, "run steps");
    // How busy the cluster is, or what is down just now, is no reason not to queue up.
    const kind = failureOf(error)?.kind;
    const isPassing = kind === "full" || kind === "throttled";
    const refusal = isPassing ? undefined : REFUSALS.find(({ pattern }) => pattern.test(error.said));
    if (refusal !== undefined) return { ...refusal, names, said: lineOf(error) };
    if (kind === "unclear") throw slurmError(error, "run steps");
    warning(`Slurm would not start ${names.join(", ")} now: ${lineOf(error)}`);
    return null;
  }
}

function refuseOverrides(steps: readonly StepJob[]): void {
  for (const { step, options } of steps) {
    const overrides = knownOptions(SLURM_OPTIONS, options).overrides ?? {};
    for (const [name, value] of Object.entries(overrides)) {
      const fault = faultOf(name, value);
      if (fault !== null)
        throw new MillraceError({
          code: "MILLRACE_SLURM",
          headline: `Cannot run ${step} on Slurm because overrides ${fault}: ${name}`,
          hint: 'write long names of options of sbatch: @slurm({ overrides: { "mail-type": "END" } })',
        });
    }
  }
}

function faultOf(name: string, value: unknown): string | null {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) return "takes long names of options, without dashes before them";
  // Slurm takes the beginning of a name for the whole.
  if ([...OWN_OPTIONS].some((own) => own.startsWith(name)))
    return "does not change an option by which Millrace starts and finds its jobs";
  return isRecord(value) || Array.isArray(value) ? "takes texts, numbers, true and false" : null;
}
