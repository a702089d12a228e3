import { expect, test } from "vitest";
import { materializeView } from "../../../runtime/catalog/features/online/materialize-view.ts";
import { OnlineView } from "../../../runtime/catalog/features/online/online-view.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { storeSettings } from "../../../runtime/settings/store-settings.ts";
import { count, entity, featureView, last, rows } from "../../../sdk/features/index.ts";
import { awsEnvironment, makeBucket, MOTO, motoForFile } from "../../rigs/aws/moto.ts";
import { describeWith } from "../../rigs/describe-with.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

const customer = entity("customer", { keys: { id: "string" } });
const DATA = Array.from({ length: 500 }, (_, at) => ({ id: `c${at % 250}`, at, name: `n${at}` }));

describeWith(MOTO, "in a bucket", () => {
  const moto = motoForFile();

  test("features are made once, and looked up by another process", async () => {
    const location = `s3://${await makeBucket(moto.url())}/store`;
    const open = (cache: string) =>
      openDatastore(location, { settings: storeSettings({ ...awsEnvironment(moto.url()), MILLRACE_CACHE: cache }) });
    const { definition } = featureView("view", {
      entity: customer,
      source: rows(DATA, { event: "at" }),
      features: { orders: count(), name: last("name") },
    }).all;
    const store = open(temporaryFolder());
    const made = async (of = definition) =>
      (await materializeView(store, of, { until: 1000, username: "ada" })).isComputed;
    expect([await made(), await made()]).toEqual([true, false]);
    let now = 0;
    const other = open(temporaryFolder());
    const online = new OnlineView(other, "view", { now: () => now });
    const columns = new Map([["id", ["c7", "c249", "nobody"]]]);
    const asked = { length: 3, columns, isText: false, where: String };
    const { values: found } = await online.answer(definition, ["orders", "name"], asked);
    expect(Object.fromEntries(found)).toEqual({ orders: [2, 2, 0], name: ["n257", "n499", null] });
    const fewer = rows(DATA.slice(0, 300), { event: "at" }).spec;
    expect(await made({ ...definition, source: fewer })).toBe(true);
    // One that was idle does not answer from the snapshot before.
    now = 10_001;
    const next = await online.answer(definition, ["orders", "name"], asked);
    expect(Object.fromEntries(next.values)).toEqual({ orders: [2, 1, 0], name: ["n257", "n249", null] });
    online.close();
    store.close();
    other.close();
  });
});
