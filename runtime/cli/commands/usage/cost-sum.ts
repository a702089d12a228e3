/** What some steps cost together. */
export interface CostSum {
  readonly tasks: number;
  readonly attempts: number;
  readonly wallMs: number;
  readonly cost: number;
  readonly failed: number;
  readonly spot: number;
  readonly spotAttempts: number;
  readonly lost: number;
  /** Null where nobody could tell. */
  readonly unused: number | null;
}

export interface FlowCost extends CostSum {
  readonly flow: string;
  readonly runs: number;
}
