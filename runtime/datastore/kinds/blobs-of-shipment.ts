import type { RunShipment } from "../shipment.ts";

/** What containers get beside the code. */
export function* blobsOfShipment(shipment: RunShipment | undefined): Generator<string> {
  if (shipment === undefined) return;
  yield shipment.runtime;
  for (const { archives, install } of [shipment.project, ...Object.values(shipment.environments)]) {
    for (const { blob } of archives) yield blob;
    if (install !== null) yield install.lock;
  }
  for (const { archives } of Object.values(shipment.nodes ?? {}))
    for (const { blob } of Object.values(archives)) yield blob;
}
