/** Times up to now that the page shows a model's requests of. */
export const MONITOR_WINDOWS = ["1h", "1d", "7d"] as const;
