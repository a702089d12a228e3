import path from "node:path";
import "millrace/arrow";
import { expect, test } from "vitest";
import { artifact, count, entity, featureView, features, last, sum } from "../../../sdk/features/index.ts";
import { temporaryFolder, tsx } from "../../rigs/harness.ts";

const FILE = path.join(import.meta.dirname, "flows/orders-flow.ts");
const customer = entity("customer", { keys: { id: "string" } });
const labels = [{ id: "a", day: "2026-03-03" }];

test("the rows of a view are an artifact of the latest successful run, and of one run throughout a call", async () => {
  const datastore = path.join(temporaryFolder(), "store");
  const run = (amount: number) => tsx(FILE, ["run", "--datastore", datastore, "--amount", `${amount}`]);
  const viewOf = (pathspec: string) => {
    const source = artifact(pathspec, { event: "at", datastore });
    const all = { spent: sum("amount"), orders: count(), at: last<Date>("at") };
    return featureView("orders", { entity: customer, source, features: all });
  };
  const historical = (pathspec: string) => features.historical(labels, [viewOf(pathspec).all], { timestamp: "day" });
  const materialize = () => features.materialize([viewOf("OrdersFlow/orders").all], { until: "2026-03-03", datastore });

  expect((await run(-1)).code).toBe(1);
  await expect(historical("OrdersFlow/orders")).rejects.toThrow("Cannot find the latest run of OrdersFlow");

  const { code, stderr } = await run(1);
  expect(code, stderr).toBe(0);
  for (const shape of ["orders", "columns", "table"])
    expect(await historical(`OrdersFlow/${shape}`), shape).toEqual([
      { ...labels[0], spent: 1, orders: 2, at: new Date("2026-03-02") },
    ]);
  expect(await materialize()).toMatchObject([{ read: 1, isComputed: true }]);
  await expect(historical("OrdersFlow/total")).rejects.toMatchObject({
    code: "MILLRACE_FEATURE",
    headline: expect.stringMatching(
      /^OrdersFlow\/\S+\/end\/\d+\/total cannot be the source of features: it is number$/u,
    ),
  });
  await expect(historical("OrdersFlow/order")).rejects.toMatchObject({
    code: "MILLRACE_NO_ARTIFACT",
    hint: "did you mean orders?",
  });
  await expect(historical("OrderFlow/orders")).rejects.toMatchObject({ code: "MILLRACE_UNKNOWN_FLOW" });

  const { spec } = artifact("OrdersFlow/orders", { event: "at", datastore });
  const pinned = await spec.pinned!();
  expect((await run(2)).code).toBe(0);
  expect((await run(-1)).code).toBe(1);
  expect(await historical("OrdersFlow/orders")).toMatchObject([{ spent: 2 }]);
  const wanted = { values: ["id", "amount"], clocks: ["at"] };
  expect((await pinned.read(wanted)).columns.get("amount")).toEqual([1, null]);
  expect((await spec.pinned!()).dataKey).not.toBe(pinned.dataKey);
  expect(await materialize()).toMatchObject([{ read: 1, isComputed: true }]);

  // The same data: what another run made once more changes nothing.
  expect((await run(2)).code).toBe(0);
  expect(await materialize()).toMatchObject([{ read: 0, isComputed: false }]);
});

test("a source that names no artifact of a flow is refused where it is declared", () => {
  expect(() => artifact("OrdersFlow", { event: "at" })).toThrow(
    'artifact needs the name of a flow and of an artifact, not "OrdersFlow"',
  );
  expect(() => artifact("OrdersFlow/orders", {} as never)).toThrow("when a row happened");
});
