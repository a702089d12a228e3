export type { Shipment, ShippedInstall } from "../../datastore/shipment.ts";
