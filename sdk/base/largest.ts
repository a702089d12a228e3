/** The largest of any number of numbers; `-Infinity` for none. A call that spreads them fails at some 100,000. */
export function largest(numbers: Iterable<number>): number {
  let found = -Infinity;
  for (const number of numbers) found = Math.max(found, number);
  return found;
}

/** The smallest of any number of numbers; `Infinity` for none. */
export function smallest(numbers: Iterable<number>): number {
  let found = Infinity;
  for (const number of numbers) found = Math.min(found, number);
  return found;
}
