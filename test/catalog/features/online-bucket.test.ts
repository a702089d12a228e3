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
    const made = async () => (await materializeView(store, definition, { until: 1000, username: "ada" })).isComputed;
    expect([await made(), await made()]).toEqual([true, false]);
    const other = open(temporaryFolder());
    const online = new OnlineView(other, "view");
    const columns = new Map([["id", ["c7", "c249", "nobody"]]]);
    const found = online.values(definition, ["orders", "name"], { length: 3, columns, isText: false, where: String });
    expect(Object.fromEntries(found)).toEqual({ orders: [2, 2, 0], name: ["n257", "n499", null] });
    online.close();
    store.close();
    other.close();
  });
});
