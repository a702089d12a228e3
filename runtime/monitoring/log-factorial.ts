/** Natural logarithm of `n!`, for whole numbers from 0: from a table, then Stirling's series, to fifteen digits. */
export function logFactorial(n: number): number {
  if (n < SMALL.length) return SMALL[n] ?? 0;
  return (n + 0.5) * Math.log(n) - n + HALF_LOG_2PI + 1 / (12 * n) - 1 / (360 * n ** 3);
}

const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);
const SMALL = new Float64Array(4096);
for (let n = 2; n < SMALL.length; n += 1) SMALL[n] = (SMALL[n - 1] ?? 0) + Math.log(n);
