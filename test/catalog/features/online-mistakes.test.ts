import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { count, entity, featureView, features, jsonl, rows, sum } from "../../../sdk/features/index.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

const customer = entity("customer", { keys: { id: "string" } });
const NOON = Date.UTC(2026, 2, 29, 12);
const DAY_MS = 86_400_000;

test("a row that brings a field of a feature's name is refused: it would be taken for the feature", async () => {
  const datastore = temporaryFolder();
  const source = rows([{ id: "a", at: NOON }], { event: "at" });
  const view = featureView("orders", { entity: customer, source, features: { orders: count() } });
  await features.materialize([view.all], { until: NOON, datastore });
  const asked = [{ id: "a" }, { id: "a", orders: 99 }];
  await expect(features.online(customer, asked, [view.orders], { datastore })).rejects.toThrow(
    "the keys have a column orders, which is a feature of orders",
  );
  expect(await features.online(customer, [{ id: "a", note: 7 }], [view.orders], { datastore })).toEqual([
    { id: "a", note: 7, orders: 1 },
  ]);
});

test("a column that no file has is told, whichever files have rows in the windows", async () => {
  const folder = temporaryFolder();
  for (const daysAgo of [0, 30]) {
    const row = { id: "a", at: NOON - daysAgo * DAY_MS, amount: 5 };
    fs.writeFileSync(path.join(folder, `${daysAgo}.jsonl`), `${JSON.stringify(row)}\n`);
  }
  const viewOf = (column: string, files = "*") =>
    featureView("spending", {
      entity: customer,
      source: jsonl(path.join(folder, `${files}.jsonl`), { event: "at" }),
      features: { spend: sum(column, { window: "7d" }) },
    });
  const datastore = path.join(folder, "store");
  for (const wrong of [viewOf("amuont"), viewOf("amuont", "30")])
    await expect(features.materialize([wrong.all], { until: NOON, datastore })).rejects.toThrow(/no column amuont/);
  const right = viewOf("amount");
  await features.materialize([right.all], { until: NOON, datastore });
  expect(await features.online(customer, [{ id: "a" }], [right.spend], { datastore })).toEqual([{ id: "a", spend: 5 }]);
});

test("what cannot be an instant, an owner or tags is refused, and nothing is stored", async () => {
  const datastore = temporaryFolder();
  const source = rows([{ id: "a", at: NOON }], { event: "at" });
  const of = { entity: customer, source, features: { orders: count() } };
  const view = featureView("orders", of);
  await expect(features.materialize([view.all], { until: Number.MAX_SAFE_INTEGER, datastore })).rejects.toThrow(
    /as of 9007199254740991, which is no time/,
  );
  expect(fs.existsSync(path.join(datastore, "features"))).toBe(false);
  expect(() => featureView("orders", { ...of, owner: 7 as unknown as string })).toThrow("the owner of orders");
  expect(() => featureView("orders", { ...of, tags: "money" as unknown as string[] })).toThrow("the tags of orders");
  expect(() => featureView("orders", { ...of, features: JSON.parse('{"__proto__":1}') as never })).toThrow("__proto__");
});

test("a name that some system cannot have as a folder, or has for two views, is refused", async () => {
  const datastore = temporaryFolder();
  const source = rows([{ id: "a", at: NOON }], { event: "at" });
  const viewOf = (name: string) => featureView(name, { entity: customer, source, features: { orders: count() } });
  for (const name of ["con", "NUL", "com1"]) expect(() => viewOf(name)).toThrow(/Windows keeps it for a device/u);
  await features.materialize([viewOf("orders").all, viewOf("console").all], { until: NOON, datastore });
  await expect(features.materialize([viewOf("Orders").all], { until: NOON, datastore })).rejects.toThrow(
    /Orders cannot be materialized because there is a feature view orders/u,
  );
});
