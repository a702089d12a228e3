import { expect, test } from "vitest";
import type { FeaturesAnswer, FeatureViewAnswer } from "../../../runtime/web/api/feature-shapes.ts";
import type { ModelAnswer } from "../../../runtime/web/api/model-shapes.ts";
import { folderOfFile } from "../../rigs/harness.ts";
import { hostileFeatures } from "../hostile-features.ts";
import { HOSTILE } from "../hostile-models.ts";
import { startPage } from "./served-page.ts";

test("feature views are listed and searched, and one tells types, statistics, versions and who was trained on it", async () => {
  const datastore = folderOfFile();
  await hostileFeatures(datastore);
  const page = await startPage([], { datastore });
  const { views, count } = await page.get<FeaturesAnswer>("/api/features");
  expect([count, views.map(({ name }) => name)]).toEqual([2, ["spending", "visits"]]);
  expect(views[0]).toEqual({
    ...{ name: "spending", version: 2, entity: "customer", features: ["spent", "orders", "shop", "each"] },
    ...{ keys: 2, until: Date.UTC(2026, 2, 1), owner: HOSTILE, tags: ["money", HOSTILE] },
    description: `what a customer spent ${HOSTILE}`,
  });
  const found = await page.get<FeaturesAnswer>("/api/features?text=MONEY%20%20amount");
  expect([found.count, found.views.map(({ name }) => name)]).toEqual([2, ["spending"]]);
  expect((await page.get<FeaturesAnswer>("/api/features?text=weather")).views).toEqual([]);

  const spending = await page.get<FeatureViewAnswer>("/api/features/spending");
  expect(spending).toMatchObject({
    ...{ name: "spending", version: 2, ttl: "30d", clocks: "at", damaged: [] },
    keyTypes: [["customerId", "string"]],
    snapshot: { until: Date.UTC(2026, 2, 1), newest: Date.UTC(2026, 1, 28), keys: 2, rows: 2 },
    versions: [{ number: 2 }, { number: 1 }],
    users: [
      { model: "stay", number: 1, aliases: ["production"], version: 2, features: ["spent", "each"], servers: [] },
    ],
  });
  expect(spending.features).toEqual([
    {
      ...{ name: "spent", definition: "sum(amount, 9d)", type: "number" },
      statistics: { values: 2, missing: 0, min: 2, mean: 3, max: 4 },
    },
    expect.objectContaining({ name: "orders", definition: "count()" }),
    expect.objectContaining({ name: "shop", type: "string", statistics: expect.objectContaining({ min: null }) }),
    { name: "each", definition: "compute(spent, orders)", type: null, statistics: null },
  ]);
  const unknown = await page.ask("/api/features/spendin");
  expect([unknown.status, unknown.text]).toEqual([404, expect.stringContaining("did you mean spending?")]);

  const { versions } = await page.get<ModelAnswer>("/api/models/stay");
  expect(versions[0]?.lineage.features).toEqual([{ view: "spending", version: 2, features: ["spent", "each"] }]);
});
