import { models } from "../../sdk/models/index.ts";
import { type Datastore, openDatastore, prepareDatastore } from "../../runtime/datastore/datastore.ts";
import { pathspecOf, trainIn } from "../catalog/models/model-rig.ts";

export const HOSTILE = `<img src=x onerror="window.hacked = 1"><script>window.hacked = 2</script>`;

/** Two versions of churn, the first in production; whatever people wrote into them means harm. */
export async function hostileModels(datastore: string): Promise<Datastore> {
  const store = openDatastore(datastore);
  prepareDatastore(store);
  for (const [at, auc] of [0.9, Number.NaN].entries()) {
    const pathspec = pathspecOf(trainIn(store, `2026010${at + 1}-000000000-aaaaa`, at));
    const metrics = { auc, [HOSTILE]: 1 };
    await models.register("churn", pathspec, { datastore, metrics, description: `${HOSTILE} ${at + 1}` });
  }
  await models.promote("churn", 2, { datastore, alias: "production", reason: HOSTILE });
  await models.promote("churn", 1, { datastore, alias: "production", reason: "errors since noon" });
  return store;
}
