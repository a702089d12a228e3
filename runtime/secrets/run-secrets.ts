import type { SecretSource } from "../../sdk/decorators/secret-source.ts";
import { type Redactor, redactor } from "./redactor.ts";

/** Values of a step's secrets, by variable. */
export type SecretVariables = Readonly<Record<string, string>>;

/** A source that a task elsewhere reads itself, where it runs. */
export interface FarSource {
  readonly source: SecretSource;
  /** Variables that a later source gives, and so wins. */
  readonly overruled: readonly string[];
}

/** The secrets of a run. What one step was given may show up in another: in an artifact, from a helper that goes on. */
export interface RunSecrets {
  /** What each step gets; steps without secrets are not there. */
  readonly ofSteps: ReadonlyMap<string, SecretVariables>;
  /** What tasks elsewhere read where they run, by step: nothing of it is known here. */
  readonly readByTask: ReadonlyMap<string, readonly FarSource[]>;
  /** What all output and errors of the run are masked for. */
  readonly masks: readonly string[];
  /** Null if there is nothing to mask. */
  readonly redactor: Redactor | null;
}

export interface FurtherSecrets {
  /** Values that are masked although no step gets them here. */
  readonly masks?: readonly string[];
  readonly readByTask?: RunSecrets["readByTask"];
}

export function runSecrets(
  ofSteps: RunSecrets["ofSteps"],
  { masks: further = [], readByTask = new Map() }: FurtherSecrets = {},
): RunSecrets {
  const masks = [...new Set([...[...ofSteps.values()].flatMap((values) => Object.values(values)), ...further])];
  return { ofSteps, readByTask, masks, redactor: redactor(masks) };
}

export const NO_SECRETS: RunSecrets = { ofSteps: new Map(), readByTask: new Map(), masks: [], redactor: null };
