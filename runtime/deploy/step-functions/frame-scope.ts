/** Where a frame lies, and what follows it. */
export interface FrameScope {
  /** How many splits are around it. */
  readonly depth: number;
  /** Tells apart the names of states of a frame that stands there twice. */
  readonly mark: string;
  /** The state after the flow's last step; within a split, after the last one of a child. */
  readonly done: string;
  /** The state after a failure; null lets that end the split around, and with it the other children. */
  readonly failed: string | null;
}
