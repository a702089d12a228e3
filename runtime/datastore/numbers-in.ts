/**
 * The numbers in names that are counted, as in `7.json` or `scheduler-2.json`. A name counts if a key made of its number ends
 * with it: one that somebody put there, as `007.json`, is of no number.
 *
 * @param names - as a listing gives them
 * @returns the smallest first
 */
export function numbersIn(names: readonly string[], keyOf: (number: number) => string): number[] {
  const numbers = names.flatMap((name) => {
    const number = Number(/\d{1,15}/.exec(name)?.[0] ?? 0);
    const key = number > 0 ? keyOf(number) : "";
    return key.slice(key.lastIndexOf("/") + 1) === name ? number : [];
  });
  return numbers.sort((one, other) => one - other);
}
