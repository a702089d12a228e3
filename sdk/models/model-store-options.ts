import type { ModelFacts } from "../base/model-facts.ts";
import type { Model } from "./model.ts";

/** Where the models are. */
export interface ModelStoreOptions {
  /**
   * A folder or `s3://bucket/prefix`.
   * @defaultValue inside a step the datastore of its run; else `MILLRACE_DATASTORE`, else the nearest `.millrace` upward
   */
  readonly datastore?: string | undefined;
}

/** What `models.register` takes. */
export interface RegisterOptions extends ModelFacts, ModelStoreOptions {}

/** What every move of an alias takes. */
export interface MoveOptions extends ModelStoreOptions {
  /** Why, for whoever asks later. */
  readonly reason?: string | null | undefined;
}

/** What `models.promote` takes. */
export interface PromoteOptions<T = unknown> extends MoveOptions {
  /** The alias: a letter, then letters, digits, `_` and `-`; not `latest`. */
  readonly alias: string;
  /**
   * The version that the alias points to now; null for an alias that is not set. Anything else is refused.
   * @defaultValue wherever it points when it is looked at
   */
  readonly expect?: number | null | undefined;
  /** Asked before the alias moves; anything but true refuses. `current` is null where the alias is not set. */
  readonly require?: ((candidate: Model<T>, current: Model<T> | null) => boolean | Promise<boolean>) | undefined;
}

/** The same where the version before is known. */
export interface ExpectingPromoteOptions<T = unknown> extends Omit<PromoteOptions<T>, "expect" | "require"> {
  /** The version that the alias points to now. */
  readonly expect: number;
  /** Asked before the alias moves; anything but true refuses. */
  readonly require?: ((candidate: Model<T>, current: Model<T>) => boolean | Promise<boolean>) | undefined;
}

/** What `models.rollback` takes. */
export interface RollbackOptions extends MoveOptions {
  /** The version that the alias points to now. @defaultValue wherever it points when it is looked at */
  readonly expect?: number | undefined;
}

/** What `models.remove` takes. */
export type RemoveModelOptions = MoveOptions;

/** What `models.history` takes to tell of one moment. */
export interface HistoryAtOptions extends ModelStoreOptions {
  /** A `Date`, milliseconds since 1970, or a text such as `2026-03-01`, which is midnight in UTC. */
  readonly at: Date | number | string;
}

/** One move of an alias. */
export interface AliasMove {
  /** The alias. */
  readonly alias: string;
  /** The version before; null where it was not set. */
  readonly from: number | null;
  /** The version from then on; null where it was removed. */
  readonly to: number | null;
  /** Who moved it. */
  readonly who: string;
  /** When. */
  readonly at: Date;
  /** The reason that was given; null for none. */
  readonly why: string | null;
  /** How it was moved. */
  readonly action: "promote" | "rollback" | "remove";
}

/** A model in the list of all. */
export interface ModelSummary {
  /** Its name. */
  readonly name: string;
  /** The highest number of a version that was not removed. */
  readonly latest: number;
  /** How many versions it has. */
  readonly versions: number;
  /** Where its aliases stand; empty where they cannot be read. */
  readonly aliases: Readonly<Record<string, number>>;
  /** What cannot be read of it; absent where all can. */
  readonly problem?: string;
}

/** What `models.outcome` takes. */
export interface OutcomeOptions extends ModelStoreOptions {
  /**
   * Name of the model that answered: needed where one id was given to requests to several models.
   * @defaultValue whichever model answered a request of that id
   */
  readonly model?: string | undefined;
}
