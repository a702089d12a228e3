import fs from "node:fs";

/** What a launcher hands to a container of its own machine in a file, not in variables. */
export interface HandedOver {
  /** For the container and its task: the launcher's credentials for AWS. */
  readonly variables: Readonly<Record<string, string>>;
  /** Of the step; null if it has none. */
  readonly secrets: Readonly<Record<string, string>> | null;
}

const NOTHING: HandedOver = { variables: {}, secrets: null };

/** @param file - undefined where nothing was handed over */
export function readHandedOver(file: string | undefined): HandedOver {
  return file === undefined ? NOTHING : (JSON.parse(fs.readFileSync(file, "utf8")) as HandedOver);
}
