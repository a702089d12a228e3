/**
 * What the step decorators come down to: plain data that the scheduler and the backends read.
 * No decorator or engine is known by name beyond this point.
 */
export interface StepSettings {
  readonly retry?: RetrySettings;
  /** Limit of one attempt, in milliseconds. */
  readonly timeoutMs?: number;
  /** Artifact that receives the error once all attempts failed; `null` swallows it unnamed. */
  readonly catchAs?: string | null;
  readonly env?: EnvSettings;
  readonly hasCheckpoint?: boolean;
  readonly hasSecrets?: boolean;
  readonly cache?: CacheSettings;
  /** In the order in which they are shown. */
  readonly cards?: readonly CardSettings[];
  /** Decorators that the flow's own code made. */
  readonly own?: readonly OwnDecoratorUse[];
  /** What the task needs, whatever engine runs it. */
  readonly resources?: ResourceSettings;
  /** At most so many tasks at once in the run. */
  readonly concurrency?: ConcurrencySettings;
  /** Jobs take further tasks of the step. */
  readonly reuse?: ReuseSettings;
  /** The engine that a decorator in the code asks for, used by `run --remote`. */
  readonly engine?: EngineSettings;
}

export interface RetrySettings {
  /** Attempts after the first. */
  readonly times: number;
  readonly delayMs: number;
  /** Factor by which each wait grows. */
  readonly backoff: number;
  readonly maxDelayMs: number | null;
  readonly jitter: boolean;
  /** Set where the decorator carries an `on` function; it is asked inside the worker. */
  readonly hasFilter: boolean;
}

/** Its options are asked of the code, and only those that did not come from there are known here. */
export interface OwnDecoratorUse {
  readonly name: string;
  readonly given?: Readonly<Record<string, unknown>>;
}

export interface CacheSettings {
  /** Stands in for the code's hash; null means the hash. */
  readonly key: string | null;
  readonly ttlMs: number | null;
}

/** A card of each of the step's tasks. */
export interface CardSettings {
  readonly id: string;
  readonly title: string | null;
  /** A name that `registerCard` was given. */
  readonly type: string | null;
}

export interface EnvSettings {
  readonly vars: Readonly<Record<string, string>>;
  /** npm package name to version or range. */
  readonly packages: Readonly<Record<string, string>>;
  readonly image: string | null;
  readonly node: string | null;
}

export interface ResourceSettings extends Needs {
  /** Those that a decorator names; the others are defaults. Missing in what older versions recorded. */
  readonly asked?: readonly (keyof Needs)[];
  /** What the second attempt needs, the third, …, where they need something else: the last counts for all further ones. */
  readonly later?: readonly Needs[];
}

export interface Needs {
  readonly cpu: number;
  readonly gpu: number;
  readonly memoryMb: number;
  readonly diskMb: number | null;
  readonly sharedMemoryMb: number | null;
}

/** What a task gets where nothing else is asked for. */
export const DEFAULT_RESOURCES: Needs = {
  cpu: 1,
  gpu: 0,
  memoryMb: 4096,
  diskMb: null,
  sharedMemoryMb: null,
};

export interface ConcurrencySettings {
  readonly limit: number;
  /** All steps with the same one share the limit; null for the step alone. */
  readonly key: string | null;
}

export interface ReuseSettings {
  /** The most tasks of one job. */
  readonly maxTasks: number;
  /** A job that has had nothing to do for this long ends. */
  readonly idleMs: number;
}

export interface EngineSettings {
  /** Name under which a backend is registered. */
  readonly name: string;
  /** Engine-specific options, checked by the backend. */
  readonly options: Readonly<Record<string, unknown>>;
}
