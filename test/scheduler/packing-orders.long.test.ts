import { test } from "vitest";
import { tryOrders } from "./packing-orders.ts";

test(
  "mixes of needs hold in 10,000 random orders of ends, some for want of memory, as plain search says",
  { timeout: 600_000 },
  () => {
    tryOrders(10_000);
  },
);
