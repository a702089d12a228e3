/** One measurement of a file artifact, as a process of its own is told to make it. */
export interface FileJob {
  readonly action: "put" | "get";
  /** What is put. */
  readonly file: string;
  /** The folder of the store; for `get`, one that `put` filled. */
  readonly store: string;
}

/** What it prints. */
export interface FileJobResult {
  readonly ms: number;
  /** Beyond what the process took before; null where the system does not tell. */
  readonly peakBytes: number | null;
}
