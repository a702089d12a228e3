import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { findView } from "../../../runtime/catalog/features/online/listed-views.ts";
import { materializeView } from "../../../runtime/catalog/features/online/materialize-view.ts";
import { openDatastore } from "../../../runtime/datastore/datastore.ts";
import { collectGarbage } from "../../../runtime/datastore/maintenance/collect-garbage.ts";
import { count, entity, featureView, features, rows } from "../../../sdk/features/index.ts";
import { temporaryFolder } from "../../rigs/harness.ts";

const NOON = Date.UTC(2026, 2, 29, 12);
const customer = entity("customer", { keys: { id: "string" } });
const source = rows([{ id: "a", at: NOON }], { event: "at" });
const view = featureView("orders", { entity: customer, source, features: { orders: count() } });
function look(datastore: string) {
  return features.online(customer, [{ id: "a" }], [view.orders], { datastore });
}

test.each(["online.json", "parts.json"])(
  "a damaged %s is made anew by the next materialize, which says so, and gc works again",
  async (file) => {
    const datastore = temporaryFolder();
    const collect = () =>
      collectGarbage(openDatastore(datastore), {
        ...{ rules: [], flow: null, isDryRun: false, signal: new AbortController().signal },
        progress: () => undefined,
      });
    const problems: string[] = [];
    const onDamage = (problem: string) => problems.push(problem);
    await features.materialize([view.all], { until: NOON, datastore });
    fs.writeFileSync(path.join(datastore, "features/orders", file), '{"format":1,"view":"orders"');
    await expect(collect()).rejects.toThrow(/damaged|not valid JSON/u);
    await materializeView(openDatastore(datastore), view.all.definition, { until: NOON, username: "ada", onDamage });
    expect(problems).toEqual([expect.stringContaining(`features/orders/${file}`)]);
    await collect();
    expect(await look(datastore)).toEqual([{ id: "a", orders: 1 }]);
  },
);

test("a record that could not be read again is not written, and what was there goes on answering", async () => {
  const datastore = temporaryFolder();
  await features.materialize([view.all], { until: NOON, datastore });
  const username = 7 as unknown as string;
  const { definition } = featureView("orders", { entity: customer, source, features: { ever: count() } }).all;
  const wrong = materializeView(openDatastore(datastore), definition, { until: NOON + 1, username });
  await expect(wrong).rejects.toThrow("features/orders/versions/2.json cannot be written");
  expect(await look(datastore)).toEqual([{ id: "a", orders: 1 }]);
});

test("a damaged version that nothing needs stops neither online look-ups nor materialize", async () => {
  const datastore = temporaryFolder();
  const before = featureView("orders", { entity: customer, source, features: { orders: count({ window: "1d" }) } });
  await features.materialize([before.all], { until: NOON, datastore });
  await features.materialize([view.all], { until: NOON, datastore });
  const version = (number: number) => path.join(datastore, `features/orders/versions/${number}.json`);
  fs.writeFileSync(version(1), "{");
  const again = path.join(temporaryFolder(), "copy");
  fs.cpSync(datastore, again, { recursive: true });
  expect(await look(again)).toEqual([{ id: "a", orders: 1 }]);
  // The definition of the damaged one gets the next number.
  const [made] = await features.materialize([before.all], { until: NOON, datastore: again });
  expect(made?.version).toBe(3);
  const listed = findView(openDatastore(again), "orders");
  expect([listed.version.number, listed.damaged]).toEqual([3, [1]]);
  fs.writeFileSync(version(2), "{");
  await expect(look(datastore)).rejects.toThrow("features/orders/versions/2.json");
});
