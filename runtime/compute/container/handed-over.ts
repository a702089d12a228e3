import fs from "node:fs";
import type { SecretVariables } from "../../secrets/run-secrets.ts";

/** What a launcher hands to a container of its own machine in a file, not in variables. */
export interface HandedOver {
  /** For the container and its task: the launcher's credentials for AWS. */
  readonly variables: Readonly<Record<string, string>>;
  /** Of the step; null if it has none. */
  readonly secrets: SecretVariables | null;
  /** Values of all of the run's secrets: artifacts may bring along those of other steps. */
  readonly masks: readonly string[];
}

const NOTHING: HandedOver = { variables: {}, secrets: null, masks: [] };

/** @param file - undefined where nothing was handed over */
export function readHandedOver(file: string | undefined): HandedOver {
  return file === undefined ? NOTHING : (JSON.parse(fs.readFileSync(file, "utf8")) as HandedOver);
}
