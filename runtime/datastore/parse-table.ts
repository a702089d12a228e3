import { blobKey } from "./blob-key.ts";
import { damagedRecord, parseJson } from "./parse-record.ts";
import { faultIn } from "./shapes/checks.ts";
import { artifactRef } from "./shapes/parts.ts";
import type { ArtifactTable } from "./records.ts";

/** Parses a table that results have in common. */
export function parseTable(text: string, blob: string): ArtifactTable {
  const key = blobKey(blob);
  const table = parseJson(text, key);
  if (typeof table !== "object" || table === null || Array.isArray(table))
    throw damagedRecord(key, "it is not a table of artifacts");
  for (const [name, value] of Object.entries<unknown>(table as Readonly<Record<string, unknown>>)) {
    const fault = faultIn(artifactRef, value);
    if (fault !== null) throw damagedRecord(key, `its artifact ${JSON.stringify(name)} is not a reference: ${fault}`);
  }
  return table as ArtifactTable;
}
