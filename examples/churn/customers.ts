import { z } from "zod";

/** A customer after nine months of a year; calls, texts and seconds are of these months. */
export const Customer = z.object({
  failedCalls: z.number(),
  complaints: z.number(),
  /** Since they subscribed. */
  months: z.number(),
  /** 0 is the lowest amount, 10 the highest. */
  charge: z.number(),
  seconds: z.number(),
  calls: z.number(),
  texts: z.number(),
  /** Distinct ones that they called. */
  numbers: z.number(),
  plan: z.enum(["prepaid", "contract"]),
  status: z.enum(["active", "idle"]),
  age: z.number(),
});

export type Customer = z.infer<typeof Customer>;

/** The same at the end of the year. */
export interface KnownCustomer extends Customer {
  /** 1 for customers who have left. */
  readonly left: number;
}

/** Reads `customers.csv`. */
export function readCustomers(csv: string): KnownCustomer[] {
  const [header = "", ...lines] = csv.trimEnd().split("\n");
  const names = header.split(",");
  return lines.map((line) => {
    const cells = line.split(",").map((cell) => (Number.isNaN(Number(cell)) ? cell : Number(cell)));
    return Object.fromEntries(names.map((name, at) => [name, cells[at]])) as unknown as KnownCustomer;
  });
}

/** Every fourth is kept out of training, to judge models by. */
export function heldOutOf(customers: readonly KnownCustomer[]): KnownCustomer[] {
  return customers.filter((_, at) => at % 4 === 0);
}

export function trainingOf(customers: readonly KnownCustomer[]): KnownCustomer[] {
  return customers.filter((_, at) => at % 4 !== 0);
}

/** What a server is asked: not whether the customer has left. */
export function asked({ left: _, ...customer }: KnownCustomer): Customer {
  return customer;
}
