import { expect, expectTypeOf, test } from "vitest";
import {
  compute,
  count,
  entity,
  featureView,
  features,
  last,
  mean,
  quantile,
  rows,
  sum,
} from "../../../sdk/features/index.ts";

const customer = entity("customer", { keys: { customerId: "string" } });
const orders = rows([{ customerId: "c7", at: 0, amount: 3, shop: "north" }], { event: "at" });
const spending = featureView("spending", {
  entity: customer,
  source: orders,
  features: {
    perOrder: compute(["spent", "orders"], (spent: number, of: number) => spent / Math.max(of, 1)),
    spent: sum("amount", { window: "7d" }),
    orders: count(),
    shop: last<string>("shop"),
  },
});
const visits = featureView("visits", {
  entity: customer,
  source: orders,
  features: { orders: count(), usual: mean("amount") },
});
const label = { customerId: "c7", when: new Date(1), shop: "of the label" };

test("features are typed by what computes them, and called by their view where two have one name", async () => {
  const [row] = await features.historical([label], [spending.all, visits.orders], { timestamp: "when" });
  expectTypeOf(row!.spent).toEqualTypeOf<number>();
  expectTypeOf(row!.perOrder).toEqualTypeOf<number>();
  expectTypeOf(row!["spending.shop"]).toEqualTypeOf<string | null>();
  expectTypeOf(row!["visits.orders"]).toEqualTypeOf<number>();
  expectTypeOf(row!.shop).toEqualTypeOf<string>();
  expectTypeOf(row!).not.toHaveProperty("usual");
  expect(
    Object.entries(row!)
      .map(([name, value]) => `${name}=${String(value)}`)
      .slice(2),
  ).toEqual([
    "shop=of the label",
    "perOrder=3",
    "spent=3",
    "spending.orders=1",
    "spending.shop=north",
    "visits.orders=1",
  ]);
});

test("what is computed from others is computed from what they are where there are no rows", async () => {
  const [row] = await features.historical([{ ...label, customerId: "nobody" }], [spending.perOrder, visits.usual], {
    timestamp: "when",
  });
  expect(row).toMatchObject({ perOrder: 0, usual: null });
});

function of(all: Parameters<typeof featureView>[1]["features"]) {
  return () => featureView("view", { entity: customer, source: orders, features: all });
}

test.each([
  [
    "a cycle",
    of({ a: compute(["b"], (b) => b), b: compute(["a"], (a) => a) }),
    /view\.a is computed from itself: a → b → a/u,
  ],
  [
    "another that is not there",
    of({ spent: sum("amount"), a: compute(["spend"], (x) => x) }),
    /computed from spend, which is not a feature of view/u,
  ],
  ["the name all", of({ all: count() }), /cannot be called all/u],
  ["a name with a space", of({ "spent 7": count() }), /"spent 7" cannot be the name of a feature of view/u],
  ["no feature", of({}), /view has no feature/u],
  ["a window of nothing", () => sum("amount", { window: "0d" }), /the window of sum cannot be "0d"/u],
  ["a window of weeks", () => count({ window: "2w" as "2d" }), /wanted: "7d"/u],
  ["a quantile beyond all", () => quantile("amount", { at: 95 }), /quantile needs \{ at \} from 0 to 1, not 95/u],
  ["an entity without a key", () => entity("shop", { keys: {} }), /the entity shop needs a key/u],
  [
    "a key of no type",
    () => entity("shop", { keys: { id: "int" as "number" } }),
    /the key id of shop cannot be a int/u,
  ],
  ["an unknown option", () => sum("amount", { windows: "7d" } as object), /did you mean window/u],
])("%s is refused where it is declared", (_name, declare, message) => {
  let said = "";
  try {
    declare();
  } catch (error) {
    const { message: headline, hint } = error as Error & { hint?: string };
    said = `${headline}\n${hint ?? ""}`;
  }
  expect(said).toMatch(message);
});

test("labels that cannot be used are told", async () => {
  const ask = (labels: readonly object[], timestamp: string) =>
    features.historical(labels as readonly (typeof label)[], [spending.all], { timestamp: timestamp as "when" });
  await expect(ask([{ customer: "c7", when: 1 }], "when")).rejects.toThrow(/the labels have no column customerId/u);
  await expect(ask([label], "whne")).rejects.toThrow(/the labels have no column whne, which is timestamp/u);
  await expect(ask([label, { ...label, when: "soon" }], "when")).rejects.toThrow(
    /Cannot read when as a time: "soon" at label 1/u,
  );
  expect(await ask([], "when")).toEqual([]);
});
