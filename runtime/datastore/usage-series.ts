/** Attempts that take less have none. */
export const SERIES_FROM_MS = 2_000;

/** What an attempt used over its time, in columns of equal length. */
export interface UsageSeries {
  /** Ends of the stretches of time that the other columns are about, in ms since the attempt began. */
  readonly atMs: readonly number[];
  /** Processors at work, on average since the point before. */
  readonly cores: readonly number[];
  /** Memory of its process and of those that it started, in MB of 2^20 bytes; the most since the point before. */
  readonly memoryMb: readonly number[];
  /** How busy its GPUs were, in percent; null where nobody looked. Missing where it had none. */
  readonly gpuPercent?: readonly (number | null)[];
  /** Memory in use on its GPUs, all together. */
  readonly gpuMemoryMb?: readonly (number | null)[];
}
