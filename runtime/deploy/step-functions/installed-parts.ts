import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { DeploymentVersion } from "../../datastore/kinds/deployment.ts";
import { faultIn, fields, list, orNull, text } from "../../datastore/shapes/checks.ts";

/** What a version left on AWS. */
export interface InstalledParts {
  readonly region: string;
  /** ARNs; null without triggers. */
  readonly machine: string;
  readonly starter: string | null;
  /** Names of what a pause switches off. */
  readonly schedules: readonly string[];
  readonly rules: readonly string[];
}

const parts = fields({ region: text, machine: text, starter: orNull(text), schedules: list(text), rules: list(text) });

/** @throws MillraceError where nothing was installed, or what was noted of it is damaged */
export function installedParts({ deployment, version, installed }: DeploymentVersion): InstalledParts {
  const found = partsIn(installed);
  if (found !== null) return found;
  const fault = installed === null ? " was never installed" : faultIn(parts, installed);
  throw new MillraceError({
    code: "MILLRACE_TARGET",
    headline: `Cannot use ${deployment} on Step Functions because what version ${version} made there is not known: it${fault}`,
    hint: "deploy the flow again",
  });
}

/** Null where it is not known what was installed. */
export function partsIn(installed: unknown): InstalledParts | null {
  return faultIn(parts, installed) === null ? (installed as InstalledParts) : null;
}
