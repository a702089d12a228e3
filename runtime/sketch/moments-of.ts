/** Mean and standard deviation of finite numbers, finite themselves however large those are. */
export function momentsOf(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  const scale = scaleOf(values);
  let mean = 0;
  let squares = 0;
  for (const [at, value] of values.entries()) {
    const scaled = value / scale;
    const off = scaled - mean;
    mean += off / (at + 1);
    squares += off * (scaled - mean);
  }
  const deviation = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : 0;
  return { mean: clamped(mean * scale), deviation: clamped(deviation * scale) };
}

/** A power of two near the largest: to divide by it changes no digit. */
function scaleOf(values: Float64Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest === 0 ? 1 : 2 ** Math.min(Math.floor(Math.log2(largest)), 1023);
}

function clamped(value: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(value, Number.MAX_VALUE));
}
