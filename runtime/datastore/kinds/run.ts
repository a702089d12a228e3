import { parseRecord } from "../parse-record.ts";
import type { RunDocument } from "../records.ts";
import { faultOfDocument } from "../shapes/fault-of-document.ts";
import { blobsOfShipment } from "./blobs-of-shipment.ts";
import { type RecordKind, START_ANEW } from "./record-kind.ts";
import { releaseKind } from "./release.ts";
import { valuesIn } from "./values-in.ts";

/** What a run is, or a step that was tried out. */
export const runKind: RecordKind<RunDocument> = {
  name: "run",
  keys: [
    { key: "flows/<Flow>/<run>/run.json", is: "what the run is; written once", form: "whole" },
    { key: "spins/<Flow>/<id>/", is: "what `spin` did, laid out like a run", form: "bytes" },
  ],
  parse(text, key) {
    const [, flow = "", run = ""] = key.split("/");
    return parseRecord(text, key, (record) => faultOfDocument(record, { flow, run })) as RunDocument;
  },
  *references({ code, shipment, parameters, configs, release }) {
    yield { to: "blob", hash: code, what: "code" };
    for (const hash of blobsOfShipment(shipment)) yield { to: "blob", hash, what: "package for containers" };
    yield* valuesIn(parameters, "parameter");
    yield* valuesIn(configs, "configuration");
    if (release !== undefined) yield { to: "record", hash: release, kind: releaseKind, what: "release" };
  },
  title: ({ flow, run }) => `${flow}/${run}`,
  loses: ({ flow, run }) => [`${flow}/${run} as a whole`],
  fix: () => START_ANEW,
};
