import { models } from "../../sdk/models/index.ts";
import { type Datastore, openDatastore, prepareDatastore } from "../../runtime/datastore/datastore.ts";
import { RequestLog } from "../../runtime/monitoring/request-log.ts";
import { pathspecOf, trainIn } from "../catalog/models/model-rig.ts";
import { served } from "../monitoring/served.ts";

export const HOSTILE = `<img src=x onerror="window.hacked = 1"><script>window.hacked = 2</script>`;

/** Two versions of churn, the first in production; whatever people wrote into them means harm. */
export async function hostileModels(datastore: string): Promise<Datastore> {
  const store = openDatastore(datastore);
  prepareDatastore(store);
  for (const [at, auc] of [0.9, Number.NaN].entries()) {
    const pathspec = pathspecOf(trainIn(store, `2026010${at + 1}-000000000-aaaaa`, at));
    const metrics = { auc, [HOSTILE]: 1 };
    const input = Array.from({ length: 100 }, (_, row) => ({ [HOSTILE]: -row }));
    const reference = { input, output: input.map(() => HOSTILE) };
    await models.register("churn", pathspec, { datastore, metrics, reference, description: `${HOSTILE} ${at + 1}` });
  }
  const log = new RequestLog({ store, model: "churn", server: "a", sample: 1 });
  for (let at = 0; at < 30; at += 1)
    log.add(served(Date.now() - 1000 - at, { id: `r${at}`, number: 1, input: [{ [HOSTILE]: at }], output: [HOSTILE] }));
  await log.close(60_000);
  await models.promote("churn", 2, { datastore, alias: "production", reason: HOSTILE });
  await models.promote("churn", 1, { datastore, alias: "production", reason: "errors since noon" });
  return store;
}
