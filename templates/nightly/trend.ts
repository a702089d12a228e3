import type { Order } from "./orders.ts";

/** A line through the daily amounts of a region. */
export interface Trend {
  readonly region: string;
  readonly start: number;
  readonly perDay: number;
}

export function fitTrend(region: string, orders: readonly Order[]): Trend {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanDay = mean(orders.map(({ day }) => day));
  const meanAmount = mean(orders.map(({ amount }) => amount));
  const covariance = mean(orders.map(({ day, amount }) => (day - meanDay) * (amount - meanAmount)));
  const perDay = covariance / mean(orders.map(({ day }) => (day - meanDay) ** 2));
  return { region, start: meanAmount - perDay * meanDay, perDay };
}

export function predict({ start, perDay }: Trend, day: number): number {
  return start + perDay * day;
}
