import { fileURLToPath } from "node:url";
import { compute, csv, entity, featureView, mean, sum } from "millrace/features";

const airport = entity("airport", { keys: { airport: "string" } });

/** `start.ts` changes it, to show what a changed definition does. */
const USUAL_DAYS = Number(process.env["DEMAND_USUAL_DAYS"] ?? 28);

/** Flights that left an airport. A day counts once it is closed, at midnight. */
export const departures = featureView("departures", {
  entity: airport,
  source: csv(fileURLToPath(new URL("departures/*.csv", import.meta.url)), { event: "closed" }),
  features: {
    lastDay: sum("flights", { window: "1d" }),
    days6: sum("flights", { window: "6d" }),
    days7: sum("flights", { window: "7d" }),
    days13: sum("flights", { window: "13d" }),
    days14: sum("flights", { window: "14d" }),
    usual: mean("flights", { window: `${USUAL_DAYS}d` }),
    weekAgo: compute(["days7", "days6"], (seven, six) => seven - six),
    fortnightAgo: compute(["days14", "days13"], (fourteen, thirteen) => fourteen - thirteen),
  },
  owner: "operations",
  description: "flights that left an airport, by day",
  tags: ["flights", "demand"],
});
