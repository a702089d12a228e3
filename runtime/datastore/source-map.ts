import { parseJson } from "./parse-record.ts";
import { faultIn, fields, list, optional, orNull, text } from "./shapes/checks.ts";

/** As far as it tells which files it is about. */
export interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly (string | null)[] | undefined;
}

const sourceMap = fields({ sources: list(text), sourcesContent: optional(list(orNull(text))) });

/** @throws for what is no source map */
export function parseSourceMap(json: string): SourceMap {
  const parsed = parseJson(json, "the source map");
  const fault = faultIn(sourceMap, parsed);
  if (fault !== null) throw new Error(`it is not a source map: ${fault}`);
  return parsed as SourceMap;
}
