import { blobKey } from "../datastore/blob-key.ts";
import type { Blobs } from "../datastore/blobs.ts";
import { damagedRecord, parseJson } from "../datastore/parse-record.ts";
import { faultIn, fields, flag, list, optional, table, text } from "../datastore/shapes/checks.ts";
import type { CodePackage } from "./code-package.ts";

const codePackage = fields({
  flowFile: text,
  script: text,
  map: text,
  imports: list(fields({ specifier: text, names: list(text) })),
  files: table(text),
  isAsync: optional(flag),
});

/**
 * A stored code package.
 * @throws MillraceError if it is not there, or if that blob holds something else
 */
export function readCodePackage(blobs: Blobs, hash: string): CodePackage {
  return parseCodePackage(Buffer.from(blobs.get(hash)).toString(), blobKey(hash));
}

/**
 * A code package as its JSON says it.
 * @param place - where the JSON lies, for messages
 */
export function parseCodePackage(json: string, place: string): CodePackage {
  const code = parseJson(json, place);
  const fault = faultIn(codePackage, code);
  if (fault !== null) throw damagedRecord(place, `it is not the code of a flow: ${fault}`);
  return code as CodePackage;
}
