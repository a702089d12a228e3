import { MillraceError } from "../../sdk/base/millrace-error.ts";
import type { NpmFailure } from "./run-npm.ts";

export interface FailedInstall {
  readonly step: string;
  /** Name to version or range, as the step asks for them. */
  readonly wanted: Readonly<Record<string, string>>;
}

/** Why the packages of a step are not there: which of them it is, where npm says so, and npm's own words. */
export function installFailure(failure: NpmFailure, { step, wanted }: FailedInstall): MillraceError {
  const { said, hint } = failure;
  const lines = said.split("\n").filter((line) => /^npm (error|ERR!)/.test(line) && !/complete log|_logs/.test(line));
  const known = CAUSES.map((cause) => cause(said, wanted)).find((one) => one !== null) ?? null;
  const because = known?.because ?? `${hint === null ? "npm refused" : failure.because}: ${JSON.stringify(wanted)}`;
  return new MillraceError({
    code: "MILLRACE_ENVIRONMENT",
    headline: `Cannot install the packages of step ${step} because ${because}`,
    details: lines.length > 0 || hint !== null ? lines : [failure.because],
    hint: hint ?? known?.hint ?? `check names and versions in @env({ packages }) of ${step}`,
  });
}

interface Cause {
  readonly because: string;
  readonly hint: string;
}

type Wanted = FailedInstall["wanted"];

const CAUSES: readonly ((said: string, wanted: Wanted) => Cause | null)[] = [noSuchVersion, noSuchPackage, unreachable];

function noSuchVersion(said: string, wanted: Wanted): Cause | null {
  const [, name, version] = /No matching version found for (@?[^@\s]+)@(\S*[^.\s])/.exec(said) ?? [];
  if (name === undefined || version === undefined) return null;
  return {
    because: `the registry has no version ${version} of ${name}${neededBy(name, wanted)}`,
    hint: `choose one that "npm view ${name} versions" lists`,
  };
}

function noSuchPackage(said: string, wanted: Wanted): Cause | null {
  const [, asked] = /\b404\s+(?:The requested resource )?'([^'\n]+)'/.exec(said) ?? [];
  const name = asked === undefined ? undefined : /^@?[^@]+/.exec(asked)?.[0];
  if (name === undefined) return null;
  return {
    because: `the registry has no package ${name}${neededBy(name, wanted)}`,
    hint: "check its spelling in @env({ packages }); one of a registry of your own needs that in ~/.npmrc",
  };
}

function neededBy(name: string, wanted: Wanted): string {
  return name in wanted ? "" : `, which one of them needs: ${JSON.stringify(wanted)}`;
}

function unreachable(said: string, wanted: Wanted): Cause | null {
  if (
    !/^npm (?:error|ERR!) code (?:ENOTFOUND|EAI_AGAIN|ECONN\w+|ENET\w+|EHOST\w+|\w*TIMEDOUT\w*|ENOTCACHED|\w*SOCKET_TIMEOUT)/m.test(
      said,
    )
  )
    return null;
  return {
    because: `the registry cannot be reached: ${JSON.stringify(wanted)}`,
    hint: "run once with a network; exact versions are kept on this machine, and need none from then on",
  };
}
