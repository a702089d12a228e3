/**
 * The numbers in names that are counted from the second one on, as in `scheduler-2.json`.
 * @param pattern - with the number as its first group
 * @returns the largest first
 */
export function numbersIn(names: readonly string[], pattern: RegExp): readonly number[] {
  const numbers = names.flatMap((name) => Number(pattern.exec(name)?.[1] ?? NaN)).filter((one) => one > 1);
  return numbers.sort((one, other) => other - one);
}
