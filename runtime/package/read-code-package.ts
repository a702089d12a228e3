import { blobKey } from "../datastore/blob-key.ts";
import type { Blobs } from "../datastore/blobs.ts";
import { damagedRecord } from "../datastore/parse-record.ts";
import { faultOfCode } from "../datastore/record-shapes.ts";
import type { CodePackage } from "./code-package.ts";

/**
 * A stored code package.
 * @throws MillraceError if it is not there, or if that blob holds something else
 */
export function readCodePackage(blobs: Blobs, hash: string): CodePackage {
  const code: unknown = JSON.parse(Buffer.from(blobs.get(hash)).toString());
  const fault = faultOfCode(code);
  if (fault !== null) throw damagedRecord(blobKey(hash), `it is not the code of a flow: ${fault}`);
  return code as CodePackage;
}
