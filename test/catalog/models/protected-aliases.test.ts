import { expect, test } from "vitest";
import { promote, type Promotion } from "../../../runtime/catalog/models/promote.ts";
import { removeReferenced } from "../../../runtime/catalog/models/remove-referenced.ts";
import { rollBack } from "../../../runtime/catalog/models/roll-back.ts";
import { aliasRulesIn } from "../../../runtime/settings/alias-rules.ts";
import { models } from "../../../sdk/models/index.ts";
import { type ModelRig, modelRig, pathspecOf } from "./model-rig.ts";

const rules = aliasRulesIn({
  protected: {
    production: { users: ["ada"], require: "metrics.auc >= 0.8 and metrics.auc >= current.metrics.auc - 0.01" },
    "other@production": { users: ["bob"] },
  },
});
const ADA: Omit<Promotion, "number"> = {
  ...{ model: "churn", alias: "production", username: "ada", reason: null, expect: undefined, rules },
};

async function versions(...aucs: readonly number[]): Promise<ModelRig> {
  const rig = modelRig();
  const run = rig.train("20260101-000000000-aaaaa", 7);
  for (const auc of aucs) await models.register("churn", pathspecOf(run), { datastore: rig.folder, metrics: { auc } });
  return rig;
}

test("only the users that the project names move a protected alias", async () => {
  const { store } = await versions(0.9, 0.95);
  await expect(promote(store, { ...ADA, number: 1, username: "eve" })).rejects.toThrow(
    /churn@production because the alias is protected: eve is not among those who may\n {2}may move it: ada/,
  );
  await promote(store, { ...ADA, number: 1 });
  await promote(store, { ...ADA, number: 2 });
  const eve = { username: "eve", reason: null, rules };
  expect(() => rollBack(store, { ...eve, reference: "churn@production", expect: undefined })).toThrow(/is protected/);
  expect(() => removeReferenced(store, { ...eve, reference: "churn@production" })).toThrow(/is protected/);
  await promote(store, { ...ADA, number: 2, alias: "staging", username: "eve" });
});

test("a protected alias takes only versions that fulfil what it requires, also against the current one", async () => {
  const { store } = await versions(0.7, 0.9, 0.895, 0.85);
  await expect(promote(store, { ...ADA, number: 1 })).rejects.toThrow(/metrics.auc >= 0.8 is required: auc is 0.7/);
  await promote(store, { ...ADA, number: 2 });
  await promote(store, { ...ADA, number: 3 });
  await expect(promote(store, { ...ADA, number: 4 })).rejects.toThrow(
    /metrics.auc >= current.metrics.auc - 0.01 is required: auc is 0.85, >= 0.885 was wanted/,
  );
});

test("a version without a metric that is required is refused", async () => {
  const { store, folder: datastore, train } = await versions(0.9);
  const bare = await models.register("churn", pathspecOf(train("20260102-000000000-aaaaa", 8)), { datastore });
  await expect(promote(store, { ...ADA, number: bare.number })).rejects.toThrow(
    /it has no metric auc, and metrics.auc >= 0.8/,
  );
});
