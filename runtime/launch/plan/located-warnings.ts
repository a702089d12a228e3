import { readFile } from "node:fs/promises";
import type { AnyClass } from "../../../sdk/base/metadata.ts";
import type { Finding } from "../../graph/finding.ts";
import { locateFindings } from "../../graph/locate-findings.ts";
import { withoutIgnored } from "../../graph/without-ignored.ts";

/** Warnings with their places, but those that a comment in the source silences. */
export async function locatedWarnings(Flow: AnyClass, warnings: readonly Finding[]): Promise<readonly Finding[]> {
  return withoutIgnored(await locateFindings(Flow, warnings), (file) => readFile(file, "utf8"));
}
