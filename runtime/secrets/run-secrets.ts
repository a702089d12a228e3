import { type Redactor, redactor } from "./redactor.ts";

/** Values of a step's secrets, by variable. */
export type SecretVariables = Readonly<Record<string, string>>;

/** The secrets of a run. What one step was given may show up in another: in an artifact, from a helper that goes on. */
export interface RunSecrets {
  /** What each step gets; steps without secrets are not there. */
  readonly ofSteps: ReadonlyMap<string, SecretVariables>;
  /** What all output and errors of the run are masked for. */
  readonly masks: readonly string[];
  /** Null if there is nothing to mask. */
  readonly redactor: Redactor | null;
}

/** @param further - values that are masked although no step gets them here */
export function runSecrets(ofSteps: ReadonlyMap<string, SecretVariables>, further: readonly string[] = []): RunSecrets {
  const masks = [...new Set([...[...ofSteps.values()].flatMap((values) => Object.values(values)), ...further])];
  return { ofSteps, masks, redactor: redactor(masks) };
}

export const NO_SECRETS: RunSecrets = { ofSteps: new Map(), masks: [], redactor: null };
