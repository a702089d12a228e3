import { createHash } from "node:crypto";
import type { DeployedVersion } from "../deployer.ts";
import type { InstalledParts } from "./installed-parts.ts";
import { STEP_FUNCTIONS_SETTINGS } from "./step-functions-settings.ts";

/** Of what is made of it, the longest end: `-schedule-12`; AWS takes 64 characters for a schedule and a rule. */
const LONGEST = 50;

/** What AWS calls the parts of a deployment. */
export interface ResourceNames {
  readonly machine: string;
  /** Starts the machine, once for each instant, event and finished run. */
  readonly starter: string;
  schedule(index: number): string;
  event(index: number): string;
  finish(index: number): string;
  /** Tells of executions that could not record their own end: a rule, and the machine that it starts. */
  readonly ended: string;
}

/**
 * The same for all versions of a deployment, and others for one of the same name in another datastore.
 */
export function resourceNames({ version, store, settings }: DeployedVersion): ResourceNames {
  const prefix = settings.engine(STEP_FUNCTIONS_SETTINGS).prefix ?? "millrace";
  const place = `${store.storage.location}\n${version.deployment}`;
  const hash = createHash("sha256").update(place).digest("hex").slice(0, 8);
  const plain = `${prefix}-${version.deployment}`.replace(/[^A-Za-z0-9_-]+/g, "-");
  return namesOf(`${plain.slice(0, LONGEST - hash.length - 1)}-${hash}`);
}

/** The same of what was installed, whatever the settings say by now. */
export function installedNames({ machine }: Pick<InstalledParts, "machine">): ResourceNames {
  return namesOf(machine.split(":").at(-1) ?? machine);
}

function namesOf(machine: string): ResourceNames {
  return {
    machine,
    starter: `${machine}-start`,
    schedule: (index) => `${machine}-schedule-${index}`,
    event: (index) => `${machine}-event-${index}`,
    finish: (index) => `${machine}-finish-${index}`,
    ended: `${machine}-ended`,
  };
}
