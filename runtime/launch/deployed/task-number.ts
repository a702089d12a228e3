import { createHash } from "node:crypto";

const DIGITS = 10n ** 14n;

/**
 * The number of the task at a path, where nobody counts tasks: outside of splits, and in a split of many children, one that
 * can be read; else a hash, of 15 digits.
 */
export function taskNumber(path: string): number {
  const [first = 0, child, second = 0, ...rest] = path.split(/[/.]/).map(Number);
  if (child === undefined) return first + 1;
  if (rest.length === 0 && first < 9999 && child < 1e6 && second < 100)
    return ((first + 1) * 1e6 + child) * 100 + second;
  const hash = createHash("sha256").update(path).digest().readBigUInt64BE();
  // Above all of the others.
  return Number(DIGITS + (hash % (9n * DIGITS)));
}
