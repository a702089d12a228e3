import { count, entity, featureView, features, rows } from "../../../sdk/features/index.ts";

/** A view of two orders of one customer. */
export function ordersView() {
  const customer = entity("customer", { keys: { id: "string" } });
  const source = rows(
    [1, 2].map((at) => ({ id: "a", at })),
    { event: "at" },
  );
  return { customer, view: featureView("orders", { entity: customer, source, features: { orders: count() } }) };
}

if (process.argv[1] === import.meta.filename) {
  const { customer, view } = ordersView();
  console.log(JSON.stringify(await features.online(customer, [{ id: "a" }, { id: "b" }], [view.orders])));
}
