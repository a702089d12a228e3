/** A feature view that was materialized in a datastore. */
export interface FeatureViewSummary {
  readonly name: string;
  /** The version that answers; null where it cannot be read. */
  readonly version: number | null;
  /** What the features are about. */
  readonly entity: string | null;
  /** Names of its features. */
  readonly features: readonly string[];
  /** How many keys the snapshot has. */
  readonly keys: number | null;
  /** The instant that the snapshot answers for. */
  readonly until: Date | null;
  readonly owner: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  /** What cannot be read of it; absent where all can. */
  readonly problem?: string;
}
