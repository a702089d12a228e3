import { FeatureStore } from "../../runtime/catalog/features/online/feature-store.ts";
import { openDatastore } from "../../runtime/datastore/datastore.ts";
import { compute, count, entity, featureView, features, last, rows, sum } from "../../sdk/features/index.ts";
import { models } from "../../sdk/models/index.ts";
import { pathspecOf } from "../catalog/models/model-rig.ts";
import { large, storeRun } from "../datastore/maintenance/stored-run.ts";
import { HOSTILE } from "./hostile-models.ts";

const UNTIL = "2026-03-01";
const customer = entity("customer", { keys: { customerId: "string" } });
const data = [
  { customerId: HOSTILE, at: "2026-02-27", amount: 2, shop: HOSTILE },
  { customerId: "c7", at: "2026-02-28", amount: 4, shop: "north" },
];

function spending(window: `${number}d`) {
  return featureView("spending", {
    entity: customer,
    source: rows(data, { event: "at" }),
    features: {
      spent: sum("amount", { window }),
      orders: count(),
      shop: last<string>("shop"),
      each: compute(["spent", "orders"], (spent, orders) => spent / Math.max(orders, 1)),
    },
    ...{ ttl: "30d", owner: HOSTILE, description: `what a customer spent ${HOSTILE}`, tags: ["money", HOSTILE] },
  });
}

/** Two views of a datastore; `stay@1`, in production, was trained on the second version of one. What people wrote means harm. */
export async function hostileFeatures(datastore: string): Promise<void> {
  const visits = featureView("visits", {
    entity: customer,
    source: rows(data, { event: "at" }),
    features: { visits: count() },
  });
  await features.materialize([spending("7d").all, visits.all], { until: UNTIL, datastore });
  await features.materialize([spending("9d").all], { until: UNTIL, datastore });
  const store = openDatastore(datastore);
  const run = "20260103-000000000-aaaaa";
  const { number, hash } = new FeatureStore(store).versionOf(spending("9d").all.definition, { username: "ada" });
  const use = { view: "spending", version: number, hash, features: ["spent", "each"], task: `${run}/start/1` };
  const stored = storeRun(store, { flow: "Stay", run, artifacts: { model: large(5) }, features: [use] });
  store.close();
  await models.register("stay", pathspecOf(stored), { datastore });
  await models.promote("stay", 1, { datastore, alias: "production" });
}
