/** What the server of `millrace ui` answers about features, in JSON. Times are milliseconds since 1970. */

/** `GET /api/features?text=` */
export interface FeaturesAnswer {
  /** By name: those that say all words of `text`. */
  readonly views: readonly FeatureViewRow[];
  /** How many there are in all. */
  readonly count: number;
}

/** A feature view in a list; null is what cannot be read. */
export interface FeatureViewRow {
  readonly name: string;
  readonly version: number | null;
  readonly entity: string | null;
  readonly features: readonly string[];
  /** In its snapshot. */
  readonly keys: number | null;
  /** The instant that the snapshot answers for. */
  readonly until: number | null;
  readonly owner: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  /** Why it cannot be read; absent where it can. */
  readonly problem?: string;
}

/** `GET /api/features/:view` */
export interface FeatureViewAnswer {
  readonly name: string;
  readonly version: number;
  readonly owner: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly entity: string;
  /** Name and type of each key. */
  readonly keyTypes: readonly (readonly [name: string, type: string])[];
  /** Kind and place. */
  readonly source: string;
  /** Columns that say when: `orderedAt, known since loadedAt`. */
  readonly clocks: string;
  /** `30d` */
  readonly ttl: string | null;
  readonly snapshot: {
    readonly until: number;
    /** When the newest row happened. */
    readonly newest: number | null;
    readonly keys: number;
    readonly rows: number;
    readonly size: number;
    readonly at: number;
    readonly user: string;
  };
  readonly features: readonly ViewFeatureRow[];
  /** The newest first. */
  readonly versions: readonly {
    readonly number: number;
    readonly hash: string;
    readonly at: number;
    readonly user: string;
  }[];
  /** Numbers of versions whose record cannot be read. */
  readonly damaged: readonly number[];
  /** Versions of models that were trained on it. */
  readonly users: readonly FeatureUserRow[];
}

export interface ViewFeatureRow {
  readonly name: string;
  /** `sum(amount, 7d)` */
  readonly definition: string;
  /** Null for what is computed when it is asked for. */
  readonly type: string | null;
  readonly statistics: {
    readonly values: number;
    readonly missing: number;
    readonly min: number | null;
    readonly mean: number | null;
    readonly max: number | null;
  } | null;
}

export interface FeatureUserRow {
  readonly model: string;
  readonly number: number;
  readonly aliases: readonly string[];
  /** Version of the view, and which of its features. */
  readonly version: number;
  readonly features: readonly string[];
  /** Services that answer with it now: class and address. */
  readonly servers: readonly string[];
}
