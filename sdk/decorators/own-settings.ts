import type { BatchOptions } from "./batch.ts";
import type { CacheOptions } from "./cache.ts";
import type { CatchErrorOptions } from "./catch-error.ts";
import type { DockerOptions } from "./docker.ts";
import type { EnvOptions } from "./env.ts";
import type { ResourcesOptions } from "./resources.ts";
import type { RetryOptions } from "./retry.ts";
import type { SecretsOptions } from "./secrets.ts";
import type { SlurmOptions } from "./slurm.ts";
import type { TimeoutOptions } from "./timeout.ts";

/** What a decorator of one's own adds to its step: the options of further decorators, by their names. */
export interface OwnSettings {
  /** As `@batch` takes them. */
  readonly batch?: BatchOptions;
  /** As `@cache` takes them. */
  readonly cache?: CacheOptions;
  /** As `@catchError` takes them. */
  readonly catchError?: CatchErrorOptions;
  /** `{}` gives the step a checkpoint. */
  readonly checkpoint?: Readonly<Record<string, never>>;
  /** As `@docker` takes them. */
  readonly docker?: DockerOptions;
  /** As `@env` takes them. */
  readonly env?: EnvOptions;
  /** As `@resources` takes them. */
  readonly resources?: ResourcesOptions;
  /** As `@retry` takes them. */
  readonly retry?: RetryOptions;
  /** As `@secrets` takes them. */
  readonly secrets?: SecretsOptions;
  /** As `@slurm` takes them. */
  readonly slurm?: SlurmOptions;
  /** As `@timeout` takes them. */
  readonly timeout?: TimeoutOptions;
}
