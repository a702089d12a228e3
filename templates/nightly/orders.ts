export interface Order {
  readonly region: string;
  /** Day of the month, from 1. */
  readonly day: number;
  readonly amount: number;
}

export const REGIONS = ["north", "south", "west"];

/** Stands in for a database or a bucket: the orders of a month, some of them broken. */
export function readOrders(month: string): readonly unknown[] {
  const base = [...month].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const days = Array.from({ length: 28 }, (_, at) => at + 1);
  const orders = REGIONS.flatMap((region, place) =>
    days.map((day) => ({ region, day, amount: 100 + place * 20 + day * (place + 1) + ((base + day * 7) % 5) })),
  );
  return [...orders, { region: "north", day: "?", amount: null }];
}

export function isOrder(row: unknown): row is Order {
  if (typeof row !== "object" || row === null) return false;
  const { region, day, amount } = row as Record<string, unknown>;
  return typeof region === "string" && typeof day === "number" && typeof amount === "number";
}
