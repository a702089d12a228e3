/** A feature view that was materialized in a datastore. */
export interface FeatureViewSummary {
  /** What the view is called in the datastore. */
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
  /** Who is responsible for it; null where its definition names nobody. */
  readonly owner: string | null;
  /** What it is for; null where its definition does not say. */
  readonly description: string | null;
  /** Words to find it by; may be empty. */
  readonly tags: readonly string[];
  /** What cannot be read of it; absent where all can. */
  readonly problem?: string;
}
