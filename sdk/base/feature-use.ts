/** Features that a task computed with `features.historical`, or one before it. */
export interface FeatureUse {
  /** Name of the view. */
  readonly view: string;
  /** Its version in the datastore. */
  readonly version: number;
  /** SHA-256 of its definition, in hex. */
  readonly hash: string;
  /** Which of its features. */
  readonly features: readonly string[];
  /** The first task that asked for them: `run/step/task`. */
  readonly task: string;
}
