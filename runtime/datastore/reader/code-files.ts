import { MillraceError } from "../../../sdk/base/millrace-error.ts";
import type { Blobs } from "../blobs.ts";
import { faultIn, fields, text } from "../shapes/checks.ts";
import { parseSourceMap, type SourceMap } from "../source-map.ts";
import { sourceNames } from "../source-names.ts";
import { messageOf } from "../../../sdk/base/message-of.ts";

/**
 * The source files of a code package by their path in the project, as they were when the run started.
 * @param hash - the package's blob
 */
export function codeFiles(blobs: Blobs, hash: string): Readonly<Record<string, string>> {
  const map = sourceMapOf(blobs.get(hash), hash);
  const { sourcesContent = [] } = map;
  const files = sourceNames(map).map((source, at): [string, string | null] => [source, sourcesContent[at] ?? null]);
  const known = files.filter((file): file is [string, string] => file[1] !== null);
  return Object.fromEntries(known.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const codePackage = fields({ map: text });

function sourceMapOf(bytes: Uint8Array, hash: string): SourceMap {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(bytes).toString());
    const fault = faultIn(codePackage, parsed);
    if (fault !== null) throw new Error(fault);
    return parseSourceMap((parsed as { map: string }).map);
  } catch (cause) {
    throw new MillraceError({
      code: "MILLRACE_DAMAGED_RECORD",
      headline: `Cannot read the code package ${hash.slice(0, 8)} because it is not a code package: ${messageOf(cause)}`,
      hint: "something other than Millrace wrote the run's record",
      cause,
    });
  }
}
