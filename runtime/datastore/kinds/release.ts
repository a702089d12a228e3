import { blobKey } from "../blob-key.ts";
import type { Blobs } from "../blobs.ts";
import { parseRecord } from "../parse-record.ts";
import type { ReleaseDocument } from "../release-document.ts";
import { faultIn } from "../shapes/checks.ts";
import { release } from "../shapes/release.ts";
import { blobsOfShipment } from "./blobs-of-shipment.ts";
import { type RecordKind, START_ANEW } from "./record-kind.ts";
import { valuesIn } from "./values-in.ts";

/** What runs of one version of a flow have in common: a record in a blob, named by runs. */
export const releaseKind: RecordKind<ReleaseDocument> = {
  name: "release",
  keys: [],
  parse: parseRelease,
  *references({ code, shipment, configs, parameters }) {
    yield { to: "blob", hash: code, what: "release" };
    for (const hash of blobsOfShipment(shipment)) yield { to: "blob", hash, what: "release" };
    yield* valuesIn(configs, "release: configuration");
    for (const { name, default: ref, ...definition } of parameters) {
      if (ref !== null) yield { to: "value", ref, what: `default of parameter "${name}"` };
      const choices = definition.kind === "parameter" ? definition.choices : null;
      if (choices !== null) yield { to: "value", ref: choices, what: `choices of parameter "${name}"` };
    }
  },
  title: ({ flow, run }) => `${flow}/${run}`,
  loses: ({ flow, run }) => [`further runs of ${flow}/${run}'s release`],
  fix: () => START_ANEW,
};

function parseRelease(text: string, key: string): ReleaseDocument {
  return parseRecord(text, key, (record) => faultIn(release, record)) as ReleaseDocument;
}

/** @throws MillraceError if it is not there, or is no release that this version can read */
export function readRelease(blobs: Blobs, hash: string): ReleaseDocument {
  return parseRelease(Buffer.from(blobs.get(hash)).toString(), blobKey(hash));
}
