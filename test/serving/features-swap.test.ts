import { expect, test } from "vitest";
import { FeatureStore } from "../../runtime/catalog/features/online/feature-store.ts";
import { count, entity, featureView, features, rows } from "../../sdk/features/index.ts";
import { models } from "../../sdk/models/index.ts";
import { modelRig, pathspecOf } from "../catalog/models/model-rig.ts";
import { large, storeRun } from "../datastore/maintenance/stored-run.ts";
import { serviceProject, startService } from "../rigs/serving/started-service.ts";

const SERVICE = `
  import { count, entity, featureView, rows } from "millrace/features";
  import { predict, serve, Service } from "millrace/serving";
  import { z } from "zod";

  const customer = entity("customer", { keys: { id: "string" } });
  const visits = featureView("visits", {
    entity: customer,
    source: rows([], { event: "at" }),
    features: { week: count({ window: "7d" }), ever: count() },
  });

  class ChurnService extends Service<Buffer> {
    static model = "Churn@production";
    @predict({ input: z.object({ id: z.string() }), features: [visits.week] })
    score(rows: { id: string; week: number }[]) {
      return rows.map(({ week }) => ({ week, model: this.model[0] }));
    }
  }
  serve(ChurnService);
`;

const customer = entity("customer", { keys: { id: "string" } });

function visits(days: number) {
  const source = rows([{ id: "a", at: "2026-02-27" }], { event: "at" });
  return featureView("visits", {
    entity: customer,
    source,
    features: { week: count({ window: `${days}d` }), ever: count() },
  });
}

test("an alias that moves to a model of other features leaves the running service with the one before", async () => {
  const { folder: datastore, store } = modelRig();
  /** A version whose training saw `week` over so many days. */
  const train = async (content: number, days: number, names: readonly string[]) => {
    const run = `run-${content}`;
    const { number, hash } = new FeatureStore(store).versionOf(visits(days).all.definition, { username: "ada" });
    const use = { view: "visits", version: number, hash, features: names, task: `${run}/start/1` };
    const stored = storeRun(store, { flow: "Churn", run, artifacts: { model: large(content) }, features: [use] });
    await models.register("Churn", pathspecOf(stored), { datastore });
  };
  await train(11, 7, ["week"]);
  await train(22, 14, ["week"]);
  await train(33, 14, ["ever"]);
  await features.materialize([visits(7).all], { until: "2026-03-01", datastore });
  await models.promote("Churn", 1, { alias: "production", datastore });

  const service = await startService(serviceProject(SERVICE), { datastore });
  const ask = async () => {
    const response = await service.post("/score", { id: "a" });
    return [response.status, response.headers.get("x-model"), await response.json()];
  };
  expect(await ask()).toEqual([200, "Churn@1", { week: 1, model: 11 }]);

  await models.promote("Churn", 2, { alias: "production", datastore });
  const refused = await service.noted("Churn@2 cannot be loaded, the version before answers on");
  expect(refused).toContain("trained on other features");
  expect(await ask()).toEqual([200, "Churn@1", { week: 1, model: 11 }]);

  // It was trained on another version of the view, and not on the feature that changed there.
  await models.promote("Churn", 3, { alias: "production", datastore });
  await expect.poll(async () => (await ask())[1], { timeout: 120_000 }).toBe("Churn@3");
  expect(await ask()).toEqual([200, "Churn@3", { week: 1, model: 33 }]);
  expect((await service.stop()).code).toBe(0);
}, 300_000);
